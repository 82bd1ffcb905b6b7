/**
 * What a plan of the demo model is, and how it goes on after each step.
 *
 * A plan is a generator: it yields what to say and which tools to call, gets their results, and returns its last
 * words. Nothing is kept between requests: each one replays the plan over the results that its messages hold, so the
 * model says the same to the same history, after a resume as well.
 */
import type {ModelRequest} from '../../core/ports.js';
import type {ContentBlockParam, MessageParam} from '../../core/types.js';
import {shortened} from './results.js';

export interface PlannedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a step says and does. Without calls the turn is over. */
export interface Move {
  readonly text: string;
  readonly calls: readonly PlannedCall[];
  /** To be streamed slowly. */
  readonly isSlow?: boolean;
}

/** What a call came to, as the model is told. */
export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
  /** The person was asked, and said no: then the text says that, and their reason if they gave one. */
  readonly isRefused?: boolean;
}

/** What came after a move: the results of its calls, and what others wrote meanwhile. */
export interface Heard {
  readonly results: readonly CallResult[];
  readonly mails: readonly string[];
}

export type Plan = Generator<Move, string, Heard>;

export interface Task {
  readonly plan: Plan;
  /** Said at a pace at which people can watch several that speak at once. */
  readonly isSlow: boolean;
}

/** Finds what a text asks for; null if it asks for nothing. */
export type Parse = (text: string) => Task | null;

const blocksOf = ({content}: MessageParam): readonly ContentBlockParam[] =>
  typeof content === 'string' ? [{type: 'text', text: content}] : content;

function resultsOf(message: MessageParam): readonly CallResult[] {
  return blocksOf(message).flatMap(block => {
    if (block.type !== 'tool_result') return [];
    const content = block.content ?? '';
    const text =
      typeof content === 'string' ? content : content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
    const said = block.is_error ? refusal.exec(text) : null;
    if (said === null) return [{text, isError: block.is_error === true}];
    const {reason} = said.groups ?? {};
    return [{text: reason === undefined ? 'you said no.' : `you said no: ${reason}`, isError: true, isRefused: true}];
  });
}

/** How a model is told of it; what it is told to do then is not for the person who said it. */
const refusal = /^The user does not want this call(?:, and says: (?<reason>.*)|\..*)$/s;

export const textsOf = (message: MessageParam): readonly string[] =>
  blocksOf(message).flatMap(block => (block.type === 'text' ? [block.text] : []));

/** The plan of the newest phrase, and what followed each of its moves. */
interface Turn {
  readonly task: Task;
  readonly heard: readonly Heard[];
}

/** Of several texts in one message the last that is a phrase counts: the others are piped input, or a hook's remark. */
function newestTurn(messages: readonly MessageParam[], parse: Parse): Turn | null {
  const heard: Heard[] = [];
  let since: Heard = {results: [], mails: []};
  for (const message of messages.toReversed()) {
    if (message.role !== 'user') {
      heard.unshift(since);
      since = {results: [], mails: []};
      continue;
    }
    const texts = textsOf(message);
    for (const text of texts.toReversed()) {
      const task = parse(text);
      if (task !== null) return {task, heard};
    }
    const results = resultsOf(message);
    // A text beside results is a remark of the runtime's, and no mail.
    const mails = results.length > 0 ? [] : texts;
    since = {results: [...results, ...since.results], mails: [...mails, ...since.mails]};
  }
  return null;
}

const isReport = (mail: string): boolean => /^Agent \S+ \(.*\) has ended: /.test(mail);

/** A turn that was stopped is over: what is written after it is no message into it. */
const isStopped = ({results}: Heard): boolean =>
  results.some(({text, isError}) => isError && /^(Interrupted: |The agent was stopped )/.test(text));

/** The next move for these messages, or null if the newest prompt is no phrase that `parse` knows. */
export function nextMove(request: ModelRequest, parse: Parse): Move | null {
  const turn = newestTurn(request.messages, parse);
  if (turn === null) return null;
  const {
    task: {plan, isSlow},
    heard,
  } = turn;
  const remarks = heard.at(-1)?.mails.filter(mail => !isReport(mail)) ?? [];
  let state = plan.next();
  for (const each of heard) {
    if (state.done) return remarks.length > 0 ? null : {text: 'I was done before this came.', calls: []};
    if (isStopped(each) && each.mails.some(mail => !isReport(mail))) return null;
    state = plan.next(each);
  }
  const planned = state.done ? {text: state.value, calls: []} : affordable(state.value, request);
  const move = isSlow ? {...planned, isSlow} : planned;
  const [remark] = remarks;
  if (remark === undefined || request.toolChoice === 'none') return move;
  const text = `I have your message, “${shortened(remark)}”. I am a planner and cannot follow it, so I go on.\n\n${move.text}`;
  return {...move, text};
}

/** A move whose tools this session does not offer, or that may call none, ends the turn instead and says why. */
function affordable(move: Move, {tools, toolChoice}: ModelRequest): Move {
  if (toolChoice === 'none') return {text: 'I was told to stop here, so this is not finished.', calls: []};
  const missing = move.calls.find(({name}) => !tools.some(tool => tool.name === name));
  if (missing === undefined) return move;
  return {text: `This needs the ${missing.name} tool, which this session does not have.`, calls: []};
}

/** Makes calls with a sentence before them and waits for their results. */
export function* take(text: string, ...calls: readonly PlannedCall[]): Generator<Move, readonly CallResult[], Heard> {
  return (yield {text, calls}).results;
}

/** Makes one call and waits for its result. */
export function* takeOne(text: string, call: PlannedCall): Generator<Move, CallResult, Heard> {
  const [result] = yield* take(text, call);
  return result ?? {text: 'The call has no result.', isError: true};
}
