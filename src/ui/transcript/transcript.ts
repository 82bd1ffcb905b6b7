/**
 * The transcript view as data, and what keys do in it: scrolling, going from agent to agent, folding. It shows the whole
 * session, also what has been printed already, and stays at the end while that grows, unless somebody scrolled away.
 */
import type {AgentId} from '../../core/types.js';
import type {Input} from '../terminal/keys.js';

export interface Transcript {
  /** The first line that is seen; null: the last ones are. */
  readonly top: number | null;
  /** The open agent whose newest lines are to be seen, from there on, however much it says. */
  readonly followed: AgentId | null;
  readonly open: ReadonlySet<AgentId>;
  readonly selected: AgentId | null;
}

/** How the last frame of the view was laid out. */
export interface TranscriptLayout {
  /** Lines of the whole, and rows they are seen through. */
  readonly total: number;
  readonly rows: number;
  /** The first line that is seen. */
  readonly top: number;
  /** Lines that are an agent's head; `isLive`: it says more. */
  readonly heads: readonly {readonly agentId: AgentId; readonly line: number; readonly isLive: boolean}[];
}

export const noLayout: TranscriptLayout = {total: 0, rows: 1, top: 0, heads: []};

export function createTranscript(selected: AgentId | null): Transcript {
  return {top: null, followed: null, open: new Set(), selected};
}

/** The view after a key; null: it is closed. */
export function pressInTranscript(transcript: Transcript, input: Input, layout: TranscriptLayout): Transcript | null {
  const {rows} = layout;
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
      return {...transcript, top: 0, followed: null};
    case 'end':
      return toEnd(transcript, layout);
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

/** Whoever scrolls follows nobody any more; whoever reaches the end, that. */
function scrolled(transcript: Transcript, by: number, layout: TranscriptLayout): Transcript {
  const last = Math.max(0, layout.total - layout.rows);
  const top = Math.max(0, layout.top + by);
  return {...transcript, top: top >= last ? null : top, followed: null};
}

/** To the newest lines: those of the selected agent if it is open and says more, then those of the whole. */
function toEnd(transcript: Transcript, layout: TranscriptLayout): Transcript {
  const {selected, followed, open} = transcript;
  const head = layout.heads.find(({agentId}) => agentId === selected);
  if (!head?.isLive || !open.has(head.agentId) || followed === selected)
    return {...transcript, top: null, followed: null};
  return {...transcript, top: head.line, followed: selected};
}

/** To the next agent's head, or the one before; first of all, to the nearest that is seen. The window goes along. */
function selectedNext(transcript: Transcript, by: -1 | 1, layout: TranscriptLayout): Transcript {
  const {heads, rows, top} = layout;
  const at = heads.findIndex(({agentId}) => agentId === transcript.selected);
  const first = by > 0 ? heads.find(({line}) => line >= top) : heads.findLast(({line}) => line < top + rows);
  const next = at < 0 ? (first ?? heads[0]) : heads[at + by];
  if (!next) return transcript;
  if (isSeen(next.line, top, rows)) return {...transcript, selected: next.agentId};
  return {...transcript, selected: next.agentId, top: next.line, followed: null};
}

/**
 * Its head stays where it is seen, or comes into sight: the window follows the end no more. Of an agent that lives, whoever
 * opens it sees what is newest.
 */
function folded(transcript: Transcript, isOpen: boolean, layout: TranscriptLayout): Transcript {
  const {selected} = transcript;
  const head = layout.heads.find(({agentId}) => agentId === selected);
  if (selected === null || !head) return transcript;
  const open = new Set(transcript.open);
  if (isOpen) open.add(selected);
  else open.delete(selected);
  const top = isSeen(head.line, layout.top, layout.rows) ? layout.top : head.line;
  return {...transcript, open, top, followed: isOpen && head.isLive ? selected : null};
}

function isSeen(line: number, top: number, rows: number): boolean {
  return line >= top && line < top + rows;
}
