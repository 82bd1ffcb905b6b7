#!/usr/bin/env node
// Launcher: answers --version without loading anything, checks Node and the build, then hands over to dist/cli.js.
import {readFileSync} from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `agent needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and try again.\n`,
  );
  process.exit(1);
}
const argument = process.argv.length === 3 ? process.argv[2] : undefined;
if (argument === '--version' || argument === '-V') {
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${version}\n`);
} else {
  try {
    await import('../dist/cli.js');
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist')) throw error;
    process.stderr.write('agent is not built yet. Run "npm ci" in its folder, then try again.\n');
    process.exit(1);
  }
}
