/**
 * The files that a run makes for long output have names that are partly chance, and results name them. In a replayed
 * conversation they are named as in the run that replays it, so that its tools find the files they are sent to.
 */
import type {ModelEvent} from '../core/ports.js';

/** A file of a run's own folder, as results name it. */
const ownFile = /(?<=\/)(agent-[A-Za-z0-9]{6})\/commands\/\d+\.log\b/g;
/** What may be such a file or its folder, wherever it is named. */
const ownName = /\bagent-[A-Za-z0-9]{6}(?![A-Za-z0-9])(\/commands\/\d+\.log\b)?/g;

/** The files and their folders, each once, as they are first named. */
function namesIn(text: string): readonly (readonly string[])[] {
  const found = [...text.matchAll(ownFile)];
  return [[...new Set(found.map(([file]) => file))], [...new Set(found.map(([, folder = '']) => folder))]];
}

export type Rename = (text: string) => string;

/** Gives the files of the one conversation the names of the other's: the first that is named there, and so on. */
export function renaming(was: string, is: string): Rename {
  const present = namesIn(is);
  const pairs = namesIn(was).flatMap((kind, index) =>
    kind.map((name, at) => [name, present[index]?.[at] ?? name] as const),
  );
  const names = new Map(pairs);
  return text => text.replace(ownName, name => names.get(name) ?? name);
}

/** The text that a delta adds; empty for every other event. */
function textOf(event: ModelEvent): string {
  if (event.type !== 'content_block_delta') return '';
  const {delta} = event;
  switch (delta.type) {
    case 'text_delta':
      return delta.text;
    case 'thinking_delta':
      return delta.thinking;
    case 'input_json_delta':
      return delta.partial_json;
    default:
      return '';
  }
}

function withText(event: ModelEvent, text: string): ModelEvent {
  if (event.type !== 'content_block_delta') return event;
  const {delta} = event;
  switch (delta.type) {
    case 'text_delta':
      return {...event, delta: {...delta, text}};
    case 'thinking_delta':
      return {...event, delta: {...delta, thinking: text}};
    case 'input_json_delta':
      return {...event, delta: {...delta, partial_json: text}};
    default:
      return event;
  }
}

/** An answer with its files renamed, also where deltas part a name. All other events are as they were. */
export function renameIn(events: readonly ModelEvent[], rename: Rename): readonly ModelEvent[] {
  const starts = events.flatMap(({type}, at) => (type === 'content_block_start' ? [at] : []));
  const blocks = [0, ...starts].map((start, at) => events.slice(start, starts[at]));
  return blocks.flatMap(block => renameInBlock(block, rename));
}

function renameInBlock(events: readonly ModelEvent[], rename: Rename): readonly ModelEvent[] {
  const whole = events.map(textOf).join('');
  let rest = rename(whole);
  if (rest === whole) return events;
  // Each delta keeps its length; the last has what the names are longer.
  const last = events.findLastIndex(event => textOf(event) !== '');
  return events.map((event, at) => {
    const text = at === last ? rest : rest.slice(0, textOf(event).length);
    rest = rest.slice(text.length);
    return withText(event, text);
  });
}
