/** `/rewind` in words: the messages by their numbers, what going back to one would do, and doing it. */
import type {Command} from '../commands.js';
import {doneWords, fileWords, nothingToRewind, pointWords, type Rewinding, type RewindScope} from './rewinding.js';

const scopes: ReadonlyMap<string, RewindScope> = new Map([
  ['both', {files: true, conversation: true}],
  ['files', {files: true, conversation: false}],
  ['conversation', {files: false, conversation: true}],
]);

const usage = '/rewind <number> shows what that would change; /rewind <number> both, files or conversation does it.';

export interface RewindCommandOptions {
  readonly rewinding: Rewinding;
  /** Lets the person choose on the screen. Null where that cannot be: the messages are listed. */
  readonly open: (() => string | null) | null;
  /** Gives what was said back to who said it. Null where nothing can: it is told. */
  readonly giveBack: ((text: string) => void) | null;
}

export function createRewindCommand({rewinding, open, giveBack}: RewindCommandOptions): Command {
  return {
    name: 'rewind',
    description: 'go back to before a message: files, conversation or both',
    async run(argument) {
      if (argument === '' && open) return open();
      const newestFirst = rewinding.points().toReversed();
      if (newestFirst.length === 0) return nothingToRewind;
      if (argument === '')
        return [...newestFirst.map((each, at) => `${at + 1}  ${pointWords(each)}`), usage].join('\n');
      const [, number = '', word = ''] = /^(\d+)\s*(\w*)$/.exec(argument) ?? [];
      const point = newestFirst[Number(number) - 1];
      if (!point) return number === '' ? usage : `There is no message ${number}. /rewind lists them.`;
      if (word === '') {
        const words = fileWords(await rewinding.preview(point.id));
        return [
          `Back to before: ${pointWords(point)}`,
          ...(words.length > 0 ? words : ['No file has to change.']),
        ].join('\n');
      }
      const scope = scopes.get(word);
      if (!scope) return usage;
      const done = await rewinding.rewind(point.id, scope);
      if (!scope.conversation) return doneWords(done, scope);
      giveBack?.(point.text);
      return [doneWords(done, scope), ...(giveBack ? [] : [`You had written: ${point.text}`])]
        .filter(Boolean)
        .join('\n');
    },
  };
}
