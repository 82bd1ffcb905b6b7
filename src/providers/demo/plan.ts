/**
 * What a plan of the demo model is, and how it goes on after each step.
 *
 * A plan is a generator: it yields what to say and which tools to call, gets their results, and returns its last
 * words. Nothing is kept between requests: each one replays the plan over the results that its messages hold, so the
 * model says the same to the same history, after a resume as well.
 */
import type {ModelRequest} from '../../core/ports.js';
import type {ContentBlockParam, MessageParam} from '../../core/types.js';

export interface PlannedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a step says and does. Without calls the turn is over. */
export interface Move {
  readonly text: string;
  readonly calls: readonly PlannedCall[];
}

/** What a call came to, as the model is told. */
export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
}

export type Plan = Generator<Move, string, readonly CallResult[]>;

const blocksOf = ({content}: MessageParam): readonly ContentBlockParam[] =>
  typeof content === 'string' ? [{type: 'text', text: content}] : content;

function resultsOf(message: MessageParam): readonly CallResult[] {
  return blocksOf(message).flatMap(block => {
    if (block.type !== 'tool_result') return [];
    const content = block.content ?? '';
    const text =
      typeof content === 'string' ? content : content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
    return [{text, isError: block.is_error === true}];
  });
}

/** The plan of the newest prompt, and the results of the steps that followed it. */
interface Turn {
  readonly plan: Plan | null;
  readonly steps: readonly (readonly CallResult[])[];
}

/**
 * A text beside tool results starts a turn only if it is a phrase: it may be a hook's remark. Of several texts in one
 * message the last that is a phrase counts: the others are piped input, or what the runtime had to say.
 */
function newestTurn(messages: readonly MessageParam[], parse: (prompt: string) => Plan | null): Turn {
  const steps: (readonly CallResult[])[] = [];
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') continue;
    const texts = blocksOf(message).flatMap(block => (block.type === 'text' ? [block.text] : []));
    const results = resultsOf(message);
    for (const text of texts.toReversed()) {
      const plan = parse(text);
      if (plan !== null) return {plan, steps};
    }
    if (results.length === 0) return {plan: null, steps: []};
    steps.unshift(results);
  }
  return {plan: null, steps: []};
}

/** The next move for these messages, or null if the newest prompt is no phrase that `parse` knows. */
export function nextMove(request: ModelRequest, parse: (prompt: string) => Plan | null): Move | null {
  const {plan, steps} = newestTurn(request.messages, parse);
  if (plan === null) return null;
  let state = plan.next();
  for (const results of steps) {
    if (state.done) break;
    state = plan.next(results);
  }
  if (state.done) return {text: state.value, calls: []};
  return affordable(state.value, request);
}

/** A move whose tools this session does not offer, or that may call none, ends the turn instead and says why. */
function affordable(move: Move, {tools, toolChoice}: ModelRequest): Move {
  if (toolChoice === 'none') return {text: 'I was told to stop here, so this is not finished.', calls: []};
  const missing = move.calls.find(({name}) => !tools.some(tool => tool.name === name));
  if (missing === undefined) return move;
  return {text: `This needs the ${missing.name} tool, which this session does not have.`, calls: []};
}

/** Makes calls with a sentence before them and waits for their results. */
export function* take(
  text: string,
  ...calls: readonly PlannedCall[]
): Generator<Move, readonly CallResult[], readonly CallResult[]> {
  return yield {text, calls};
}

/** Makes one call and waits for its result. */
export function* takeOne(text: string, call: PlannedCall): Generator<Move, CallResult, readonly CallResult[]> {
  const [result] = yield {text, calls: [call]};
  return result ?? {text: 'The call has no result.', isError: true};
}
