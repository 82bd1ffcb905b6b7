/**
 * The commands under corpus/: one on a line, `verdict<TAB>command`, grouped by `#` comments. `⏎` in a command stands for a
 * line's end. Those under corpus/run/ name only programs that do no harm, and are run as well (differential.test.ts).
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export interface Case {
  readonly file: string;
  readonly verdict: string;
  readonly command: string;
}

const folder = fileURLToPath(new URL('corpus/', import.meta.url));

export function readCorpus(under = ''): readonly Case[] {
  const files = readdirSync(join(folder, under), {recursive: true, encoding: 'utf8'}).filter(name =>
    name.endsWith('.txt'),
  );
  return files.sort().flatMap(name =>
    readFileSync(join(folder, under, name), 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => {
        const [verdict = '', ...rest] = line.split('\t');
        return {file: name, verdict, command: rest.join('\t').replaceAll('⏎', '\n')};
      }),
  );
}
