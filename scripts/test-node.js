// `npm run test:node -- 24 [vitest arguments]`: builds and tests with another major version of Node. The binary comes from
// npm's registry (the packages that `node` itself chooses from), without an install script, and stays in node_modules/.cache.
import {execFileSync, spawnSync} from 'node:child_process';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const [version, ...vitestArguments] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version ?? '')) {
  console.error('Which Node? Try: npm run test:node -- 24');
  process.exit(2);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules', '.cache', `node-${version}`);
const target = `${process.platform}-${process.arch}`;
const name = target === 'darwin-arm64' ? `node-bin-${target}` : `node-${target}`;

execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@${version}`], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const node = join(folder, 'node_modules', name, 'bin', 'node');
const env = {...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`};
const run = (...argv) => spawnSync(node, argv, {cwd: root, env, stdio: 'inherit'}).status ?? 1;

const exact = execFileSync(node, ['--version'], {encoding: 'utf8'}).trim();
console.log(`Building and testing with Node ${exact}`);
const code = run('scripts/build.js') || run('node_modules/vitest/vitest.mjs', 'run', ...vitestArguments);
console.log(`Node ${exact}: ${code === 0 ? 'passed' : 'failed'}`);
process.exitCode = code;
