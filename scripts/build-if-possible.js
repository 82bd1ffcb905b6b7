// Runs after npm has changed node_modules ("dependencies" in package.json), so that `npm ci` leaves a program that runs.
// Not as "prepare": that stands in the packed package too, where it does nothing, and npm warns of it at an install. It builds
// where the tools are and stays silent where they are not (an install without dev tools).
import {existsSync} from 'node:fs';

const tools = ['esbuild', 'typescript'].map(name => new URL(`../node_modules/${name}/package.json`, import.meta.url));
if (tools.every(tool => existsSync(tool))) await import('./build.js');
