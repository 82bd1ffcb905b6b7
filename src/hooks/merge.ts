/**
 * One answer of all hooks that heard of the same thing. It does not depend on who answered first: refusing weighs more
 * than asking, asking more than allowing, and what is said stands in the order of the configuration.
 */
import type {HookOutcome} from '../core/policy.js';
import type {Answer} from './answer.js';

/** What one hook says, and its place in the configuration. */
export interface Voice {
  readonly place: number;
  readonly label: string;
  readonly answer: Answer;
}

const byWeight = ['deny', 'ask', 'allow'] as const;

export function mergeAnswers(voices: readonly Voice[]): HookOutcome {
  const inOrder = voices.toSorted((one, other) => one.place - other.place);
  const answers = inOrder.map(({answer}) => answer);
  const dispute = findDispute(inOrder);
  const decision = dispute === null ? byWeight.find(each => answers.some(answer => answer.decision === each)) : 'deny';
  const reasons =
    dispute === null ? answers.flatMap(answer => (answer.decision === decision && answer.reason) || []) : [dispute];
  const updatedInput = answers.find(answer => answer.updatedInput !== undefined)?.updatedInput;
  const contexts = answers.flatMap(({context}) => context ?? []);
  const stop = answers.find(answer => answer.stop !== undefined)?.stop;
  return {
    ...(decision && {decision}),
    ...(reasons.length > 0 && {reason: reasons.join('\n')}),
    ...(decision !== 'deny' && updatedInput !== undefined && {updatedInput}),
    ...(contexts.length > 0 && {context: contexts.join('\n')}),
    ...(stop !== undefined && {stop}),
  };
}

/** Two that would each have another input run: whichever did, the other's had been passed over. */
function findDispute(voices: readonly Voice[]): string | null {
  const changing = voices.filter(({answer}) => answer.updatedInput !== undefined);
  const inputs = new Set(changing.map(({answer}) => JSON.stringify(answer.updatedInput)));
  if (inputs.size <= 1) return null;
  const who = changing.map(({label}) => `[${label}]`).join(' and ');
  return `Hooks disagree on the input of this call, and nothing was done: ${who}. Tell the user.`;
}
