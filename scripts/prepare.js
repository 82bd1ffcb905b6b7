// npm runs "prepare" in surprising places (npx before npm ci, installs without dev tools): it builds where the tools
// are and stays silent where they are not, because a failing prepare poisons npx's cache.
import {existsSync} from 'node:fs';

const tools = ['esbuild', 'typescript'].map(name => new URL(`../node_modules/${name}/package.json`, import.meta.url));
if (tools.every(tool => existsSync(tool))) await import('./build.js');
