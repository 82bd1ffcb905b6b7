// Writes what is made from the schema of settings: docs/settings.schema.json, and the table in docs/settings.md.
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const pathOf = name => fileURLToPath(new URL(`../${name}`, import.meta.url));
const outfile = pathOf('node_modules/.cache/settings-reference.mjs');
const entryPoints = [pathOf('src/settings/reference.ts')];
await build({entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'warning'});
const {toJsonSchema, toTable} = await import(pathToFileURL(outfile).href);

writeFileSync(pathOf('docs/settings.schema.json'), toJsonSchema());
const page = pathOf('docs/settings.md');
const text = readFileSync(page, 'utf8');
writeFileSync(
  page,
  text.replace(
    /(<!-- settings -->\n)[\s\S]*?(<!-- end of settings -->)/,
    (_, start, end) => `${start}\n${toTable()}\n\n${end}`,
  ),
);
