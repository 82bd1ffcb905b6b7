#!/usr/bin/env node
// Launcher: answers --version without loading anything, checks Node and the build, then hands over to dist/cli.cjs.
// CommonJS (see the package.json beside it): the loader of ES modules alone costs a fifth of `node -e 0`, and
// process.stdout a tenth, so --version uses neither.
'use strict';

const {existsSync, writeSync} = require('node:fs');

const [major, minor] = process.versions.node.split('.').map(Number);
const argument = process.argv.length === 3 ? process.argv[2] : undefined;
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `agent needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and try again.\n`,
  );
  process.exitCode = 1;
} else if (argument === '--version' || argument === '-V') {
  answer(`${require('../package.json').version}\n`);
} else {
  try {
    require('../dist/cli.cjs');
  } catch (error) {
    if (error?.code !== 'MODULE_NOT_FOUND' || !String(error.message).includes('dist')) throw error;
    process.stderr.write(
      existsSync(`${__dirname}/../scripts/build.js`)
        ? 'agent is not built yet. Run "npm ci" in its folder, then try again.\n'
        : 'This package of agent was packed without the program. Run "npm ci" where it was packed, pack and install it again.\n',
    );
    process.exitCode = 1;
  }
}

/** A reader that left wants no more; any other failure is told as the program itself tells it. */
function answer(text) {
  try {
    writeSync(1, text);
  } catch (error) {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`Standard output cannot be written: ${error.message}.\n`);
    process.exitCode = 1;
  }
}
