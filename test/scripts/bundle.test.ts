/** How everything is bundled: React as it is for production, small, and what is imported late in a file of its own. */
import {fileURLToPath} from 'node:url';
import {type BuildOptions, build} from 'esbuild';
import {expect, it} from 'vitest';
import {shared} from '../../scripts/bundle.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The files of a program that imports React late, the program first. */
async function bundle(more: BuildOptions = {}): Promise<readonly string[]> {
  const stdin = {contents: "export const load = () => import('react');", resolveDir: root};
  const {outputFiles = []} = await build({...shared, ...more, stdin, outdir: root, write: false});
  return outputFiles.map(({text}) => text);
}

it('is as for production, minified, with what is imported late in a file of its own', async () => {
  // A name that only React's development builds hold.
  const marker = 'react_stack_bottom_frame';
  const development = {...shared.define, 'process.env.NODE_ENV': '"development"'};
  expect((await bundle({define: development})).join().includes(marker)).toBe(true);
  const texts = await bundle();
  expect(texts.join().includes(marker)).toBe(false);
  expect(texts.length).toBeGreaterThan(1);
  expect(texts[0]?.length).toBeLessThan(1_000);
  for (const text of texts) expect(text.trimEnd().split('\n').length).toBeLessThan(20);
});
