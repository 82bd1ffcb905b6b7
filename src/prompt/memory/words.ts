/** Files of instructions as a model reads them, and which of them a text holds. */
import type {MemoryFile} from './load.js';

/** The beginning of a file's words, by which it is known whether a request holds them. */
export const openingOf = ({path}: Pick<MemoryFile, 'path'>): string => `<instructions file=${JSON.stringify(path)}`;

const closing = '</instructions>';
const whose = {user: "the user's, for all projects", project: "the project's", local: "the user's, for this project"};

export function toWords(file: MemoryFile): string {
  const {text, characters, importedBy, scope} = file;
  const from = importedBy === null ? '' : ` imported-by=${JSON.stringify(importedBy)}`;
  const cut = text.length < characters ? `\n[cut: the first ${text.length} of ${characters} characters]` : '';
  return `${openingOf(file)} of=${JSON.stringify(whose[scope])}${from}>\n${text.replaceAll(closing, '<\\/instructions>')}${cut}\n${closing}`;
}

/** The files whose instructions stand in a text of a request, with what each takes of it. */
export function instructionsIn(text: string): readonly {readonly path: string; readonly characters: number}[] {
  const blocks = text.matchAll(/^<instructions file=("(?:[^"\\]|\\.)*") of=.*>\n[\s\S]*?\n<\/instructions>$/gm);
  return [...blocks].map(([block, path = '""']) => ({path: String(JSON.parse(path)), characters: block.length}));
}

/** The part of a system prompt that holds them; empty if there are none. */
export function memoryPart(files: readonly MemoryFile[]): string {
  if (files.length === 0) return '';
  return [
    '# Instructions',
    "How the user and this project want work to be done. Follow them; where two disagree the later one counts, and the user's word in the conversation counts above all of them.",
    ...files.map(toWords),
    '',
  ].join('\n\n');
}
