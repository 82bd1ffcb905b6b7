/**
 * Edits as models get them slightly wrong, on this project's own sources: nearly all are applied, none in a wrong
 * place, and the rest of the file stays byte for byte.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as fc from 'fast-check';
import {expect, it} from 'vitest';
import {replaceText} from '../../src/tools/replace-text.js';

const folder = fileURLToPath(new URL('../../src/', import.meta.url));
const sources = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  .filter(name => name.endsWith('.ts'))
  .sort()
  .map(name => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
  .filter(lines => lines.length > 20);

type Lines = readonly string[];
type Style = (line: string) => string;

const withIndent = (line: string, indent: (given: string) => string): string => {
  const [own = ''] = /^ */.exec(line) ?? [];
  return line.trim() === '' ? line : indent(own) + line.slice(own.length);
};
/** How a file may be indented; the sources have two spaces a level. Comments' odd blank stays. */
const indents: Readonly<Record<string, Style>> = {
  two: line => line,
  four: line => withIndent(line, own => ' '.repeat(Math.floor(own.length / 2) * 4)),
  tabs: line => withIndent(line, own => '\t'.repeat(Math.floor(own.length / 2))),
};
const curly: Style = line => line.replace(/'(\w[^']*)'/g, '‘$1’').replace(/"(\w[^"]*)"/g, '“$1”');

const isBlank = (line: string): boolean => line.trim() === '';
const depthOf = (line: string): number => /^[ \t]*/.exec(line)?.[0].length ?? 0;

/** What a model does to the text of the file, in the old and the new lines alike; `old` is the text as it is. */
const slips: Readonly<Record<string, (lines: Lines, old: Lines) => Lines>> = {
  none: lines => lines,
  'spaces for tabs': lines => lines.map(line => line.replace(/^\t+/, tabs => '  '.repeat(tabs.length))),
  'too deep': (lines, old) => {
    const level = old.some(line => line.startsWith('\t')) ? '\t' : '    ';
    return lines.map(line => (isBlank(line) ? line : level + line));
  },
  'not deep enough': (lines, old) => {
    const depth = Math.min(...old.filter(line => !isBlank(line)).map(depthOf));
    return lines.map(line => line.slice(Math.min(depth, depthOf(line))));
  },
  'trailing blanks': lines => lines.map((line, index) => (index % 2 ? `${line}  ` : line)),
  'straight quotes': lines => lines.map(line => line.replace(/[‘’]/g, "'").replace(/[“”]/g, '"')),
};

/** The new lines: one is changed, added, or taken away. */
function change(lines: Lines, at: number, how: 'change' | 'add' | 'remove'): Lines {
  const index = at % lines.length;
  const line = lines[index] ?? '';
  if (how === 'change') return lines.with(index, `${line.trimEnd()} // changed`);
  if (how === 'remove') return lines.toSpliced(index, 1);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  return lines.toSpliced(index + 1, 0, `${indent}added(line);`);
}

const scenario = fc.record({
  source: fc.nat(),
  start: fc.nat(),
  length: fc.integer({min: 2, max: 8}),
  at: fc.nat(),
  how: fc.constantFrom('change', 'add', 'remove'),
  indent: fc.constantFrom(...Object.keys(indents)),
  hasQuotes: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  slip: fc.constantFrom(...Object.keys(slips)),
});

it('applies at least 98 of 100 edits that slip in blanks, depth, quotes or line breaks, and none wrongly', () => {
  let applied = 0;
  const tried = 2_000;
  fc.assert(
    fc.property(scenario, ({source, start, length, at, how, indent, hasQuotes, lineBreak, slip}) => {
      const style = indents[indent] ?? (line => line);
      const lines = (sources[source % sources.length] ?? []).map(style).map(line => (hasQuotes ? curly(line) : line));
      const first = start % (lines.length - length);
      const old = lines.slice(first, first + length);
      // Only text that is there once, blanks aside, can be asked for, and not blank lines at its ends.
      const trimmed = lines.map(line => line.trim()).join('\n');
      const wanted = old.map(line => line.trim()).join('\n');
      fc.pre(trimmed.indexOf(wanted) === trimmed.lastIndexOf(wanted));
      fc.pre([old[0], old.at(-1), old[at % length]].every(line => !isBlank(line ?? '')));
      const replacement = change(old, at, how);
      const slipped = (given: Lines): Lines => slips[slip]?.(given, old) ?? given;
      const outcome = replaceText(`${lines.join(lineBreak)}${lineBreak}`, {
        oldText: slipped(old).join('\n'),
        newText: slipped(replacement).join('\n'),
        all: false,
      });
      if (outcome.type !== 'replaced') return;
      applied++;
      const truth = [...lines.slice(0, first), ...replacement, ...lines.slice(first + length)];
      // Blanks that the model adds at the ends of lines it changes are its own.
      const tidy = (text: string): string => text.replace(/[ ]+(?=\r?\n)/g, '');
      const expected = `${truth.join(lineBreak)}${lineBreak}`;
      expect(tidy(outcome.text)).toBe(tidy(expected));
      const tail = lines.slice(first + length).join(lineBreak);
      expect(outcome.text.endsWith(`${lineBreak}${tail}${lineBreak}`.slice(tail === '' ? lineBreak.length : 0))).toBe(
        true,
      );
    }),
    {numRuns: tried},
  );
  expect(applied / tried).toBeGreaterThanOrEqual(0.98);
});
