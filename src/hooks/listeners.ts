/**
 * The hooks of a session: all that listen are run at once, for every agent alike, and their answers become one. A hook
 * that fails is told of once for each way it fails in, and the run goes on, unless it is one that may not fail.
 */
import type {HookInput, HookOutcome} from '../core/policy.js';
import type {AgentEvent, AgentId} from '../core/types.js';
import type {Fault} from './answer.js';
import type {HookEventName} from './functions.js';
import type {Listener, Ran} from './listener.js';
import {mergeAnswers, type Voice} from './merge.js';
import {type SessionFacts, toPayload} from './payload.js';
import {forPerson, forProgram, hookName, subjectOf, toLabel} from './words.js';

export interface ListenersOptions {
  readonly listeners: readonly Listener[];
  readonly facts: SessionFacts;
  /** Other names of a tool: a matcher meets it under any. */
  aliasesOf(tool: string): readonly string[];
  /** Of the prompt that is being worked on. */
  promptId(): string;
  tell(event: AgentEvent, id: AgentId): void;
  newId(): string;
}

export interface HeardHooks {
  matches(event: HookEventName, subject?: string): boolean;
  run(input: HookInput, signal: AbortSignal): Promise<HookOutcome>;
}

/** Where matchers count for nothing: the event is always about the same thing. */
const unmatched: ReadonlySet<string> = new Set(['UserPromptSubmit', 'Stop']);
/** Where a hook that may not fail keeps from happening what it is heard about. */
const closing: ReadonlySet<string> = new Set(['PreToolUse', 'UserPromptSubmit']);

export function createListeners(options: ListenersOptions): HeardHooks {
  const {listeners, facts, tell, newId} = options;
  const told = new Set<string>();

  function listening(event: string, subject: string | null | undefined): readonly Listener[] {
    const isAny = subject === undefined || subject === null || unmatched.has(event);
    const names = isAny ? null : [subject, ...options.aliasesOf(subject)];
    return listeners.filter(listener => listener.event === event && listener.listens(names));
  }

  /** Of a fault the person hears once; later ones of its kind would say nothing new. */
  function report(listener: Listener, input: HookInput, {kind, text}: Fault): void {
    const key = JSON.stringify([listener.event, listener.command, kind]);
    if (told.has(key)) return;
    told.add(key);
    const line = `The ${hookName(input)} hook ${toLabel(listener.command)} ${forPerson(text)}. ${toConsequence(listener, input)}`;
    tell({type: 'notice', level: 'warning', text: line}, input.agentId);
  }

  async function runOne(
    listener: Listener,
    input: HookInput,
    payload: () => string,
    signal: AbortSignal,
  ): Promise<Ran> {
    const {agentId, event} = input;
    const facts = {hookId: newId(), hook: hookName(input), event};
    tell({type: 'hook_started', ...facts}, agentId);
    try {
      const ran = await listener.run(input, payload, signal);
      const {exitCode, outcome, answer, fault} = ran;
      const [stdout, stderr] = [forProgram(ran.stdout), forProgram(ran.stderr)];
      tell({type: 'hook_finished', ...facts, exitCode, stdout, stderr, outcome}, agentId);
      if (fault) report(listener, input, fault);
      if (answer.message !== undefined) tell({type: 'notice', level: 'warning', text: answer.message}, agentId);
      return ran;
    } catch (error) {
      tell({type: 'hook_finished', ...facts, exitCode: null, stdout: '', stderr: '', outcome: 'cancelled'}, agentId);
      throw error;
    }
  }

  return {
    matches: (event, subject) => listening(event, subject).length > 0,
    async run(input, signal) {
      const heard = withoutTwins(listening(input.event, subjectOf(input)));
      let text: string | null = null;
      const payload = (): string => {
        text ??= JSON.stringify(toPayload(input, facts, options.promptId()));
        return text;
      };
      const voices = heard.map(async (listener, place): Promise<Voice> => {
        const {answer, fault} = await runOne(listener, input, payload, signal);
        const isRefused = fault !== null && isClosed(listener, input);
        const label = toLabel(listener.command);
        return {
          place,
          label,
          answer: isRefused ? {...answer, decision: 'deny', reason: toRefusal(input, label, fault)} : answer,
        };
      });
      return mergeAnswers(await Promise.all(voices));
    },
  };
}

const isClosed = ({onFailure}: Listener, {event}: HookInput): boolean => onFailure === 'block' && closing.has(event);

/** What its failure comes to, and where that may not be what its owner wants, how to have it otherwise. */
function toConsequence(listener: Listener, input: HookInput): string {
  if (isClosed(listener, input)) return 'What it was to judge is refused.';
  const remedy = closing.has(input.event) ? '; with "onFailure": "block" it would refuse' : '';
  return `The run goes on without it${remedy}.`;
}

function toRefusal(input: HookInput, label: string, {text}: Fault): string {
  return `The ${hookName(input)} hook [${label}] ${forPerson(text)}. Without its word this is refused, and nothing was done. Tell the user.`;
}

/** A command that several files name is run once; if any of them says that it may not fail, it may not. */
function withoutTwins(heard: readonly Listener[]): readonly Listener[] {
  const kept = new Map<unknown, Listener>();
  for (const listener of heard) {
    const key = listener.source === 'function' ? listener : listener.command;
    const twin = kept.get(key);
    if (!twin || (twin.onFailure === 'allow' && listener.onFailure === 'block')) kept.set(key, listener);
  }
  return [...kept.values()];
}
