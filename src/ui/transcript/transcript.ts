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
  readonly heads: readonly Head[];
}

/** A line that is an agent's head. */
interface Head {
  readonly agentId: AgentId;
  /** The agent it stands below; null: the root. */
  readonly above: AgentId | null;
  readonly line: number;
  /** It says more. */
  readonly isLive: boolean;
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
      return stepped(transcript, -1, layout);
    case 'down':
      return stepped(transcript, 1, layout);
    case 'shift+up':
      return scrolled(transcript, -1, layout);
    case 'shift+down':
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
      return foldedOrLeft(transcript, layout);
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

/** To the next agent's head that is in sight, as in the tree; else a line on, so that all that is between comes by. */
function stepped(transcript: Transcript, by: -1 | 1, layout: TranscriptLayout): Transcript {
  const {heads, top, rows} = layout;
  const seen = heads.filter(({line}) => isSeen(line, top, rows));
  const from = seen.find(({agentId}) => agentId === transcript.selected)?.line ?? (by > 0 ? top - 1 : top + rows);
  const next = by > 0 ? seen.find(({line}) => line > from) : seen.findLast(({line}) => line < from);
  return next ? {...transcript, selected: next.agentId} : scrolled(transcript, by, layout);
}

/** To the newest lines: those of the selected agent if it is open and says more, then those of the whole. */
function toEnd(transcript: Transcript, layout: TranscriptLayout): Transcript {
  const {selected, followed, open} = transcript;
  const head = layout.heads.find(({agentId}) => agentId === selected);
  if (!head?.isLive || !open.has(head.agentId) || followed === selected)
    return {...transcript, top: null, followed: null};
  return {...transcript, top: head.line, followed: selected};
}

/** To the next agent's head, or the one before; first of all, to the nearest that is seen. */
function selectedNext(transcript: Transcript, by: -1 | 1, layout: TranscriptLayout): Transcript {
  const {heads, rows, top} = layout;
  const at = heads.findIndex(({agentId}) => agentId === transcript.selected);
  const first = by > 0 ? heads.find(({line}) => line >= top) : heads.findLast(({line}) => line < top + rows);
  const next = at < 0 ? (first ?? heads[0]) : heads[at + by];
  return next ? selectedAt(transcript, next, layout) : transcript;
}

/** The window goes along. */
function selectedAt(transcript: Transcript, {agentId, line}: Head, {top, rows}: TranscriptLayout): Transcript {
  if (isSeen(line, top, rows)) return {...transcript, selected: agentId};
  return {...transcript, selected: agentId, top: line, followed: null};
}

/** What is folded already gives the selection to the agent above. */
function foldedOrLeft(transcript: Transcript, layout: TranscriptLayout): Transcript {
  const {selected, open} = transcript;
  const head = layout.heads.find(({agentId}) => agentId === selected);
  const above = head && !open.has(head.agentId) && layout.heads.find(({agentId}) => agentId === head.above);
  return above ? selectedAt(transcript, above, layout) : folded(transcript, false, layout);
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
