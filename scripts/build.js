// Bundles src/ into dist/: one entry for the command, one for the library, everything heavy behind a lazy chunk.
import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {build} from 'esbuild';
import {inkPatch} from './ink-patch.js';

rmSync('dist', {recursive: true, force: true});
await build({
  entryPoints: {cli: 'src/cli/main.ts', index: 'src/index.ts'},
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  define: {'process.env.NODE_ENV': '"production"'},
  external: ['@vscode/ripgrep'],
  plugins: [inkPatch()],
  banner: {
    // Bundled CommonJS packages call require for Node's own modules.
    js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
  },
});
const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
execFileSync(process.execPath, [typescript.replace('package.json', 'bin/tsc'), '-p', 'tsconfig.types.json'], {
  stdio: 'inherit',
});
