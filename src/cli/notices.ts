/**
 * What a one-shot run says on standard error while it works: retries, refusals and warnings always; each call, its outcome
 * and each agent's start and end when asked to be verbose. One line each, save a command of several, which nobody
 * may have been asked about, and what a failed call came to; the answer itself never comes here. What is foreign in it is
 * shown by signs where it would act upon the terminal.
 */
import {resultText} from '../core/transcript.js';
import type {AgentEvent, AgentId, RunOutcome, StampedEvent, Usage} from '../core/types.js';
import {addCost, addUsage, noUsage} from '../core/usage.js';
import {commandEndedText} from '../ui/command-ended-text.js';
import {compactionText} from '../ui/compaction-text.js';
import {plural} from '../ui/format.js';
import {replacedText} from '../ui/replaced-text.js';
import {subjectOf} from '../ui/subject.js';
import {clean} from '../ui/text/clean.js';
import {reveal} from '../ui/text/reveal.js';
import {unsaid} from '../ui/unsaid.js';
import {errorText} from './result.js';

export interface Notices {
  /** The line to show, or null. */
  toLine(event: StampedEvent): string | null;
  /** Why a run of the main agent was not completed, without what a line has said of it already. */
  toFault(outcome: RunOutcome): string;
}

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, {type: Type}>;

function retryLine({attempt, maxAttempts, delayMs}: Of<'retry_scheduled'>): string {
  const when = delayMs === 0 ? 'now' : `in ${(delayMs / 1000).toFixed(delayMs < 10_000 ? 1 : 0)} s`;
  return `Trying again ${when} (try ${attempt}${maxAttempts === null ? '' : ` of ${maxAttempts}`}).`;
}

function noticeLine({level, text}: Of<'notice'>): string | null {
  switch (level) {
    case 'info':
      return null;
    case 'warning':
      return `Warning: ${text}`;
    case 'error':
      return `Error: ${text}`;
    default:
      return level satisfies never;
  }
}

/** Dollars as a person reads them; a price that is not known is said to be so. */
export function costText(costUsd: number | null): string {
  return costUsd === null ? 'cost unknown' : `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`;
}

const tokens = ({input, output, cacheRead, cacheWrite}: Usage): string =>
  `${(input + cacheRead + cacheWrite).toLocaleString('en-US')} tokens in, ${output.toLocaleString('en-US')} out`;

type Figures = Pick<RunOutcome, 'steps' | 'usage' | 'costUsd'>;

const nothing: Figures = {steps: 0, usage: noUsage, costUsd: 0};

const plus = (one: Figures, other: Figures): Figures => ({
  steps: one.steps + other.steps,
  usage: addUsage(one.usage, other.usage),
  costUsd: addCost(one.costUsd, other.costUsd),
});

const figuresText = ({steps, usage, costUsd}: Figures): string =>
  `${plural(steps, 'step')}, ${tokens(usage)}, ${costText(costUsd)}`;

const startLine = ({kind, description, background, resumed}: Of<'agent_started'>): string =>
  `${resumed ? 'goes on' : 'starts'}${background ? ' in the background' : ''}: ${kind}, ${description}`;

/** Refused calls of a turn that are told one by one; of a model that never relents there may be thousands. */
const maxRefusalLines = 20;
/** Of a call's subject, this many lines are shown. */
const maxSubjectLines = 40;
/** Of what a failed call came to, this many from the beginning, and from the end, where programs say what went wrong. */
const failureHead = 10;
const failureTail = 20;
/** Characters of each of these lines. */
const maxLineLength = 500;

/** The call, and below it its subject, if that has more lines than the title shows. */
function callLines({tool, title, input}: Of<'tool_started'>): string {
  const subject = subjectOf(input);
  const lines = subject.split('\n');
  const [first = ''] = lines;
  const head = `${tool} ${title}`;
  if (lines.length === 1 || !title.startsWith(first)) return head;
  return [head, ...excerpt(lines, maxSubjectLines, 0)].join('\n    ');
}

/** What a call came to; if it failed, below that what it says beyond the summary. */
function outcomeLines(title: string, {display, outcome, durationMs}: Of<'tool_finished'>): string {
  const head = `  ${title}: ${display.summary} (${outcome}, ${Math.round(durationMs)} ms)`;
  const output = clean(display.output ?? '').trimEnd();
  if (outcome !== 'failed' || output === '') return head;
  const lines = excerpt(output.split('\n'), failureHead, failureTail, display.cut?.lines);
  return [head, ...lines.map(line => shortened(line, maxLineLength)), ...(display.cut ? [display.cut.note] : [])].join(
    '\n    ',
  );
}

/** The first and last of many lines, and how many lie between; `total`, if these are not all. */
function excerpt(lines: readonly string[], head: number, tail: number, total = 0): readonly string[] {
  const between = lines.length - head - tail;
  if (between <= 0) return lines;
  const hidden = Math.max(total, lines.length) - head - tail;
  return [...lines.slice(0, head), `… +${plural(hidden, 'line')}`, ...lines.slice(head + between)];
}

/** A call that was never started has no title: its tool, and the first text of its input. */
function callText({name, input}: {readonly name: string; readonly input: unknown}): string {
  const subject = subjectOf(input);
  return subject === '' ? name : `${name} ${firstLine(subject)}`;
}

function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  return shortened(line, 80);
}

function shortened(line: string, most: number): string {
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

export function createNotices({verbose}: {readonly verbose: boolean}): Notices {
  const titles = new Map<string, string>();
  /** What agents below the root came to since its last turn ended, by agent; and why those ended that were not done. */
  const below = new Map<AgentId, Figures>();
  const faults = new Map<AgentId, string>();
  /** The failure of which a line was written last, by agent, until a reply is whole. */
  const troubles = new Map<AgentId, string>();
  /** Calls that were refused since the last turn of the main agent. */
  let refusals = 0;

  /** The failure once, then only that it is tried again. */
  function troubleLine(event: StampedEvent & Of<'retry_scheduled'>): string {
    const {agentId, message} = event;
    const isTold = troubles.get(agentId) === message;
    troubles.set(agentId, message);
    return isTold ? retryLine(event) : `${message} ${retryLine(event)}`;
  }

  /** A turn's own figures, and those of the turn with its agents. */
  function outcomeLine(event: StampedEvent & Of<'run_finished'>): string {
    if (event.depth > 0) {
      below.set(event.agentId, plus(below.get(event.agentId) ?? nothing, event));
      return figuresText(event);
    }
    if (below.size === 0) return figuresText(event);
    const total = [...below.values()].reduce(plus, event);
    const line = `${figuresText(event)}; with ${plural(below.size, 'agent')}: ${figuresText(total)}`;
    below.clear();
    return line;
  }

  function endLine({agentId, state, text}: StampedEvent & Of<'agent_finished'>): string {
    const fault = faults.get(agentId);
    const said = firstLine(text);
    return `ended (${state}): ${fault === undefined || text.startsWith(fault) ? said : `${fault} ${said}`}`.trimEnd();
  }

  function finished(event: Of<'tool_finished'>): string | null {
    const {callId, outcome, result} = event;
    const title = titles.get(callId) ?? 'A call';
    titles.delete(callId);
    if (outcome === 'denied') {
      refusals += 1;
      return verbose || refusals <= maxRefusalLines ? `${title} was refused: ${resultText(result)}` : null;
    }
    return verbose ? outcomeLines(title, event) : null;
  }

  function untoldRefusals(): string | null {
    const untold = verbose ? 0 : refusals - maxRefusalLines;
    refusals = 0;
    return untold > 0 ? `${plural(untold, 'more call')} ${untold === 1 ? 'was' : 'were'} refused.` : null;
  }

  function lineOf(event: StampedEvent): string | null {
    switch (event.type) {
      case 'agent_started':
        return verbose ? startLine(event) : null;
      case 'agent_finished':
        return verbose ? endLine(event) : null;
      case 'command_moved':
        return verbose ? `In the background as ${event.taskId}: ${event.command}` : null;
      case 'command_ended':
        return verbose || event.state === 'stopped' ? commandEndedText(event) : null;
      case 'waiting_for_agents':
        return verbose ? `Waiting for ${plural(event.count, 'agent')}.` : null;
      case 'waiting_for_budget':
        return verbose ? 'Waits for budget that other agents have booked.' : null;
      case 'retry_scheduled':
        return troubleLine(event);
      case 'model_replaced':
        return replacedText(event);
      case 'compaction_finished':
      case 'results_cleared':
        return compactionText(event);
      case 'compaction_failed':
        // Who asked for it hears of it at the end.
        return event.trigger === 'manual' ? null : compactionText(event);
      case 'request_held':
        return verbose ? `Waits behind others: ${event.message}` : null;
      case 'notice':
        return verbose && event.level === 'info' ? event.text : noticeLine(event);
      case 'block_finished':
        if (event.block.type === 'tool_use') titles.set(event.block.id, callText(event.block));
        return null;
      case 'tool_started':
        titles.set(event.callId, `${event.tool} ${event.title}`);
        return verbose ? callLines(event) : null;
      case 'tool_finished':
        return finished(event);
      case 'reply_finished':
        troubles.delete(event.agentId);
        return null;
      case 'reply_retracted':
        return verbose ? `The reply was taken back: ${event.reason}` : null;
      case 'run_finished':
        if (event.error) faults.set(event.agentId, event.error.message);
        if (verbose) return outcomeLine(event);
        return event.depth === 0 ? untoldRefusals() : null;
      default:
        return null;
    }
  }

  return {
    toLine(event) {
      const line = lineOf(event);
      if (line === null) return null;
      return reveal(event.depth === 0 ? line : `[${event.agentId}] ${line}`);
    },
    toFault: outcome => unsaid(errorText(outcome), troubles.get('main') ?? null),
  };
}
