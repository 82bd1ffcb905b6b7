/**
 * Asks whether a folder is trusted, before the screen of a conversation is there: plain lines, and a word typed with
 * Enter. Without an answer the folder is not trusted.
 */
import type {FolderItems} from '../settings/load.js';
import {revealLine} from '../ui/text/reveal.js';
import {readLine} from './read-line.js';
import {listWithheld} from './withheld.js';

export interface AskTrustOptions {
  /** Of the terminal. */
  readonly input: number;
  readonly write: (text: string) => void;
}

/** The question. True for `yes`; anything that is no answer is asked again. */
export async function askTrust({folder, items}: FolderItems, {input, write}: AskTrustOptions): Promise<boolean> {
  const say = (...lines: readonly string[]): void => write(`${lines.join('\n')}\n`);
  const {lines, isWhole} = listWithheld(items, folder, false);
  say(
    `The folder ${revealLine(folder)} has settings that take effect only if you trust it with them:`,
    '',
    ...lines,
    '',
  );
  const words = [
    '  yes   trust it with exactly these; asked again only for what is new or changed',
    '  no    go on without them',
    ...(isWhole ? [] : ['  list  show all of it']),
  ];
  say(...words);
  for (;;) {
    write('Your answer: ');
    const answer = (await readLine(input))?.toLowerCase() ?? 'no';
    if (answer === 'yes' || answer === 'y') return true;
    if (answer === 'no' || answer === 'n') return false;
    if (answer === 'list') say('', ...listWithheld(items, folder, true).lines, '');
    say(...words);
  }
}
