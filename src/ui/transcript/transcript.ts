/**
 * The transcript view as data, and what keys do in it: scrolling, going from agent to agent, folding. It shows the whole
 * session, also what has been printed already, and stays at the end while that grows, unless somebody scrolled away.
 */
import type {AgentId} from '../../core/types.js';
import type {Input} from '../terminal/keys.js';

export interface Transcript {
  /** The first line that is seen; null: the last ones are. */
  readonly top: number | null;
  readonly open: ReadonlySet<AgentId>;
  readonly selected: AgentId | null;
}

/** How the last frame of the view was laid out. */
export interface TranscriptLayout {
  /** Lines of the whole, and rows they are seen through. */
  readonly total: number;
  readonly rows: number;
  /** Lines that are an agent's head. */
  readonly heads: readonly {readonly agentId: AgentId; readonly line: number}[];
}

export const noLayout: TranscriptLayout = {total: 0, rows: 1, heads: []};

export function createTranscript(selected: AgentId | null): Transcript {
  return {top: null, open: new Set(), selected};
}

/** The view after a key; null: it is closed. */
export function pressInTranscript(transcript: Transcript, input: Input, layout: TranscriptLayout): Transcript | null {
  const {rows, total} = layout;
  const page = Math.max(1, rows - 2);
  const chord = input.type === 'key' ? input.chord : input.text;
  switch (chord) {
    case 'escape':
    case 'ctrl+o':
    case 'ctrl+c':
    case 'ctrl+d':
    case 'q':
      return null;
    case 'up':
      return scrolled(transcript, -1, layout);
    case 'down':
      return scrolled(transcript, 1, layout);
    case 'pageup':
      return scrolled(transcript, -page, layout);
    case 'pagedown':
    case ' ':
      return scrolled(transcript, page, layout);
    case 'home':
      return {...transcript, top: 0};
    case 'end':
      return scrolled(transcript, total, layout);
    case 'tab':
      return selectedNext(transcript, 1, layout);
    case 'shift+tab':
      return selectedNext(transcript, -1, layout);
    case 'enter':
      return folded(transcript, !transcript.open.has(transcript.selected ?? ''), layout);
    case 'right':
      return folded(transcript, true, layout);
    case 'left':
      return folded(transcript, false, layout);
    default:
      return transcript;
  }
}

/** Whoever reaches the end follows it again. */
function scrolled(transcript: Transcript, by: number, layout: TranscriptLayout): Transcript {
  const last = Math.max(0, layout.total - layout.rows);
  const top = Math.max(0, topOf(transcript, layout) + by);
  return {...transcript, top: top >= last ? null : top};
}

/** To the next agent's head, or the one before; first of all, to the nearest that is seen. The window goes along. */
function selectedNext(transcript: Transcript, by: -1 | 1, layout: TranscriptLayout): Transcript {
  const {heads, rows} = layout;
  const top = topOf(transcript, layout);
  const at = heads.findIndex(({agentId}) => agentId === transcript.selected);
  const first = by > 0 ? heads.find(({line}) => line >= top) : heads.findLast(({line}) => line < top + rows);
  const next = at < 0 ? (first ?? heads[0]) : heads[at + by];
  if (!next) return transcript;
  return {...transcript, selected: next.agentId, top: isSeen(next.line, top, rows) ? transcript.top : next.line};
}

/** Its head stays where it is seen, or comes into sight: the window follows the end no more. */
function folded(transcript: Transcript, isOpen: boolean, layout: TranscriptLayout): Transcript {
  const {selected} = transcript;
  const head = layout.heads.find(({agentId}) => agentId === selected);
  if (selected === null || !head) return transcript;
  const open = new Set(transcript.open);
  if (isOpen) open.add(selected);
  else open.delete(selected);
  const top = topOf(transcript, layout);
  return {...transcript, open, top: isSeen(head.line, top, layout.rows) ? top : head.line};
}

/** The first line that is seen. */
function topOf({top}: Transcript, {total, rows}: TranscriptLayout): number {
  const last = Math.max(0, total - rows);
  return Math.min(top ?? last, last);
}

function isSeen(line: number, top: number, rows: number): boolean {
  return line >= top && line < top + rows;
}
