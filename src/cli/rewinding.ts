/** Going back to a message, from the session to the screen. */
import type {Session} from '../session.js';
import type {Rewinding} from '../ui/repl.js';

export function createRewinding(
  session: Pick<Session, 'prompts' | 'isRunning' | 'previewRewind' | 'rewind'>,
): Rewinding {
  return {
    points: () =>
      session.prompts.map(({id, message, notes = 0}) => {
        const {content} = message;
        const own =
          typeof content === 'string'
            ? content
            : content
                .slice(0, content.length - notes)
                .flatMap(toText)
                .join('');
        return {id, text: own};
      }),
    preview: session.previewRewind,
    rewind: session.rewind,
  };
}

type Blocks = Exclude<Session['prompts'][number]['message']['content'], string>;

const toText = (block: Blocks[number]): readonly string[] => (block.type === 'text' ? [block.text] : []);
