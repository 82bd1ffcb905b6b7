/** Makes a small edit: reads the file, edits it, reads it again, and shows what the two readings differ in. */
import {type Plan, type PlannedCall, takeOne} from './plan.js';
import {counted, cutNote, fenced, type NumberedLine, numberedLines} from './results.js';

export interface EditWish {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly everywhere: boolean;
}

/** Unchanged lines shown around a change. */
const context = 2;

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

/** What differs between two readings of a file as one hunk: everything between their common head and tail. */
function difference(before: readonly NumberedLine[], after: readonly NumberedLine[]): string {
  const [old, now] = [before.map(({text}) => text), after.map(({text}) => text)];
  const shortest = Math.min(old.length, now.length);
  let head = 0;
  while (head < shortest && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const first = Math.max(0, head - context);
  return [
    `@@ line ${first + 1} @@`,
    ...old.slice(first, head).map(line => ` ${line}`),
    ...old.slice(head, old.length - tail).map(line => `-${line}`),
    ...now.slice(head, now.length - tail).map(line => `+${line}`),
    ...now.slice(now.length - tail, now.length - tail + context).map(line => ` ${line}`),
  ].join('\n');
}

/** The plan of `in <file> replace "a" with "b"`. */
export function* edit({path, from, to, everywhere}: EditWish): Plan {
  const read: PlannedCall = {name: 'Read', input: {file_path: path}};
  const first = yield* takeOne(`I read ${path} before I change it.`, read);
  if (first.isError) return `I could not read \`${path}\`: ${first.text}`;
  const before = numberedLines(first.text);
  const count = occurrences(before.map(({text}) => text).join('\n'), from);
  const isPart = cutNote(first.text) !== null;
  const times = `${isPart ? 'at least ' : ''}${count === 1 ? 'once' : `${count} times`}`;
  if (count === 0)
    return `“${from}” is not in the ${counted(before.length, 'line')} of \`${path}\` that I see. Nothing is changed.`;
  if (count > 1 && !everywhere) {
    return `“${from}” is in \`${path}\` ${times}. Nothing is changed; add “everywhere” to replace them all.`;
  }
  const edited = yield* takeOne(`It is there ${times}; I replace it.`, {
    name: 'Edit',
    input: {file_path: path, old_string: from, new_string: to, ...(everywhere && {replace_all: true})},
  });
  if (edited.isError) return `The edit was not made: ${edited.text}`;
  const second = yield* takeOne('I read it again to see what changed.', read);
  if (second.isError) return `The edit was made, but reading \`${path}\` again failed: ${second.text}`;
  const seen = isPart ? '; in the part of it that I see' : '';
  return `\`${path}\` is changed${seen}:\n\n${fenced(difference(before, numberedLines(second.text)), 'diff')}`;
}
