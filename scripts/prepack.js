// Runs before the package is packed, so that none is made without the program: builds it anew, or fails in one line.
import {existsSync} from 'node:fs';

if (!existsSync(new URL('../node_modules/esbuild/package.json', import.meta.url))) {
  console.error('There is nothing to pack yet. Run "npm ci" here first, then pack again.');
  process.exit(1);
}
await import('./build.js');
