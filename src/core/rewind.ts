/**
 * Going back in a conversation: to before a message of the person, as if nothing since had been said. Agents and commands
 * that were started since are ended; what was kept stays in the log.
 */
import type {Agent} from './agent.js';
import type {AgentTree} from './agents.js';
import type {Background} from './background.js';
import {UsageError} from './errors.js';
import type {Kept} from './kept.js';
import type {Files} from './ports.js';
import {callsOf, ownContentOf, textOf} from './transcript.js';
import type {AgentEvent, ContentBlockParam, Entry} from './types.js';

export interface Rewound {
  /** What the person had said. */
  readonly content: readonly ContentBlockParam[];
  /** How many agents lived and were ended. */
  readonly ended: number;
}

export interface Rewinding {
  /** A prompt has joined the history. */
  began(entryId: string): void;
  /** The prompts in the history, oldest first. */
  prompts(): readonly Entry[];
  /** Throws `UsageError` where there is no such prompt. Resolves when the last process of those agents is gone. */
  rewind(entryId: string): Promise<Rewound>;
}

export interface RewindingOptions extends Pick<AgentTree, 'endStartedBy'> {
  readonly root: Agent;
  readonly kept: Kept | null;
  readonly files: Files;
  readonly background: Background;
  say(event: AgentEvent): void;
}

export function createRewinding({root, kept, files, background, endStartedBy, say}: RewindingOptions): Rewinding {
  const {conversation} = root;
  const began = new Set(kept?.entries.flatMap(({entry, origin}) => (origin === 'prompt' ? [entry.id] : [])));
  return {
    began: entryId => void began.add(entryId),
    prompts: () => conversation.history.filter(({id}) => began.has(id)),
    async rewind(entryId) {
      const [prompt, ...rest] = began.has(entryId) ? conversation.rewind(entryId) : [];
      if (!prompt)
        throw new UsageError('There is no such message of yours in the conversation any more. Choose another.');
      // What it has read, it may have read since.
      files.forget(root.id);
      say({type: 'prefix_changed', reason: 'rewind', detail: `before "${beginning(prompt)}"`});
      for (const event of root.toolState.rewind([prompt, ...rest], conversation.history)) say(event);
      const calls = new Set(rest.flatMap(({message}) => callsOf(message).map(({id}) => id)));
      const [ended] = await Promise.all([endStartedBy(calls), background.endAll(root.id, calls)]);
      return {content: ownContentOf(prompt), ended};
    },
  };
}

/** Of a message, in a notice. */
const shownCharacters = 60;

function beginning(prompt: Entry): string {
  const line = textOf({role: 'user', content: ownContentOf(prompt)})
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > shownCharacters ? `${line.slice(0, shownCharacters - 1)}…` : line;
}
