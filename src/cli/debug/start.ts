/** Starts the debug lines where they are asked for; what writes them is loaded only then. */
import type {Session} from '../../session.js';
import type {Arguments} from '../arguments.js';
import type {Debug, DebugOptions} from './debug.js';

export interface StartDebugOptions extends Omit<DebugOptions, 'session' | 'categories' | 'file'> {
  readonly session: Session;
}

/** From now on; null where nobody asks. Rejects with `UsageError`, the session closed, where the file cannot be written. */
export type StartDebug = (options: StartDebugOptions) => Promise<Debug | null>;

/** Loaded before there is a session, so that nothing is missed of its beginning. */
export async function loadDebug({debug, debugFile: file}: Arguments): Promise<StartDebug> {
  if (debug === undefined && file === undefined) return () => Promise.resolve(null);
  const {openDebug} = await import('./debug.js');
  return async ({session, ...options}) => {
    try {
      return openDebug({...options, session, file: file ?? null, categories: typeof debug === 'object' ? debug : null});
    } catch (error) {
      await session.close();
      throw error;
    }
  };
}
