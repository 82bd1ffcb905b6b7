/**
 * What the person typed for the root while that worked, and it has not read yet. It is seen from the key on; the mail it
 * became is known by its id, and what came when the turn was over is a prompt of its own.
 */
import type {StampedEvent} from '../core/types.js';

export interface Steered {
  readonly text: string;
  /** Null until it is known which mail it is. */
  readonly mailId: string | null;
}

/** What is left of it after an event of the root. `isRunning`: whether its turn had begun before that. */
export function foldSteered(steered: readonly Steered[], event: StampedEvent, isRunning: boolean): readonly Steered[] {
  switch (event.type) {
    case 'run_finished': {
      // A prompt that was not let in: its turn ends before it has begun.
      const refused = isRunning ? undefined : steered.find(({mailId}) => mailId === null);
      return refused ? withoutTyped(steered, [refused.text]) : steered;
    }
    case 'mail_queued': {
      const {id, kind, text} = event.mail;
      return kind === 'steer' ? [...withoutTyped(steered, [text]), {text, mailId: id}] : steered;
    }
    case 'mail_withdrawn':
      return steered.filter(({mailId}) => mailId !== event.mail.id);
    case 'entry_appended': {
      const {origin, mail, entry} = event;
      if (mail) return steered.filter(({mailId}) => mailId !== mail.id);
      const {content} = entry.message;
      if (origin !== 'prompt' || typeof content === 'string') return steered;
      return withoutTyped(
        steered,
        content.flatMap(block => (block.type === 'text' ? [block.text] : [])),
      );
    }
    default:
      return steered;
  }
}

/** Without the first that says one of these, and of which nothing was heard yet. */
function withoutTyped(steered: readonly Steered[], texts: readonly string[]): readonly Steered[] {
  const at = steered.findIndex(({text, mailId}) => mailId === null && texts.includes(text));
  return at < 0 ? steered : steered.toSpliced(at, 1);
}
