/**
 * Whether hooks object to an agent's end. Those that object to every end must not hold it for ever.
 */
import {type DeadlineOptions, startDeadline} from './deadline.js';
import {addObjection, type Growing} from './growth.js';
import {type Heard, hear} from './hear.js';
import {lastText} from './outcome.js';
import type {Caller} from './question.js';
import type {Run} from './run.js';
import type {AgentEvent} from './types.js';

type Ending = Growing & DeadlineOptions & Heard & Pick<Caller, 'lineage'>;

/** Objections in a row, without a call between them, after which nobody is asked any more. */
const maxBlocks = 8;
/** Objections in a turn: of work that is tried again so often, nothing will come, and each attempt costs. */
const maxBlocksInTurn = 32;

/** True if the run goes on with what a hook said. Nobody who is not done in time objects. */
export async function* heedStopHooks(options: Ending, run: Run): AsyncGenerator<AgentEvent, boolean> {
  const event = options.lineage.length > 1 ? 'SubagentStop' : 'Stop';
  if (!options.hooks?.matches(event, options.kind)) return false;
  const spent =
    run.stopBlocks >= maxBlocks
      ? `${maxBlocks} times in a row`
      : run.stopBlocksInTurn >= maxBlocksInTurn && `${maxBlocksInTurn} times in this turn`;
  if (spent) {
    yield {type: 'notice', level: 'warning', text: `Its ${event} hooks objected ${spent}: the turn ends all the same.`};
    return false;
  }
  const {turn, kind} = options;
  const deadline = startDeadline(options, false);
  const point = {event, text: lastText(run), repeated: run.stopBlocksInTurn > 0} as const;
  const said = await hear(options, point, deadline.work.signal, kind).catch(error => {
    if (turn.signal.aborted || !deadline.excess) throw error;
    return null;
  });
  deadline.close();
  if (said?.decision !== 'deny' || said.stop !== undefined) return false;
  run.stopBlocks += 1;
  run.stopBlocksInTurn += 1;
  yield addObjection(options, `${event} hook feedback:\n${said.reason ?? 'The work is not done yet.'}`);
  return true;
}
