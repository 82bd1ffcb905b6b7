// `npm run bench`: bundles the bench (it is TypeScript) into node_modules/.cache and runs it. See bench/main.ts.
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const outdir = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url));
await build({
  entryPoints: {
    main: fileURLToPath(new URL('main.ts', import.meta.url)),
    spawner: fileURLToPath(new URL('spawner.ts', import.meta.url)),
    server: fileURLToPath(new URL('server.ts', import.meta.url)),
  },
  outdir,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  outExtension: {'.js': '.mjs'},
  logLevel: 'warning',
});
await import(pathToFileURL(`${outdir}main.mjs`).href);
