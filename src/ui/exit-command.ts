/** `/exit`: leaves; where that would stop something it says so first, and leaves when it is typed again. */
import type {Command} from './commands.js';
import {stoppedByLeaving} from './panes/stops.js';
import {isLive} from './panes/tree.js';
import {rootOf, type View} from './view.js';

export function createExitCommand(view: () => View, leave: () => void): Command {
  let told: ReadonlySet<string> = new Set();
  return {
    name: 'exit',
    description: 'leave',
    run() {
      const working = workIn(view());
      const isTold = working.every(work => told.has(work));
      told = new Set(working);
      if (!isTold) return `Leaving stops ${stoppedByLeaving(view())}. /exit again leaves all the same.`;
      leave();
      return null;
    },
  };
}

/** What leaving would stop, each by a name of its own: work that has begun since the last time is told anew. */
function workIn(view: View): readonly string[] {
  const stops = stoppedByLeaving(view);
  if (stops === '') return [];
  const agents = [...view.known.values()].filter(isLive).map(({id}) => id);
  return [...agents, `turn ${rootOf(view)?.run?.startedAt ?? 'over'}`];
}
