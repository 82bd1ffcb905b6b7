/**
 * A word on questions that the person did not answer one by one: a rule that another answer made, a mode or a hook did. They
 * leave the screen, and nobody is to wonder where they went.
 */
import type {StampedEvent} from '../core/types.js';
import {nameOf} from './agent-lines.js';
import type {NoticeItem} from './items.js';
import {questionKey, type Screen} from './screen.js';
import {revealLine} from './text/reveal.js';
import type {Question, View} from './view.js';

/** How many are named, and characters of each that are shown. */
const named = 3;
const longest = 60;

type Answered = StampedEvent & {readonly type: 'question_answered'};

/** @param screen before the events. */
export function answeredAlong({view, answering}: Screen, events: readonly StampedEvent[]): readonly NoticeItem[] {
  const own = answering?.isDone ? answering.key : null;
  const answered = events.filter(
    (event): event is Answered => event.type === 'question_answered' && questionKey(event) !== own,
  );
  return (['allow', 'deny'] as const).flatMap(verdict => {
    const settled = answered.filter(event => event.verdict === verdict);
    const questions = view.questions.filter(question =>
      settled.some(event => questionKey(event) === questionKey(question)),
    );
    const [first] = settled;
    if (!first || questions.length === 0) return [];
    const start = verdict === 'allow' ? 'Now allowed as well' : 'Now refused as well';
    const text = `${start}: ${wordsFor(questions, view)}`;
    return [{type: 'notice', id: `along:${first.seq}`, level: 'info', text} as const];
  });
}

function wordsFor(questions: readonly Question[], view: View): string {
  const told = questions.slice(0, named).map(question => subjectOf(question, view));
  const more = questions.length - told.length;
  return [...told, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

function subjectOf({agentId, tool, title}: Question, {known, rootId}: View): string {
  const agent = agentId === rootId ? undefined : known.get(agentId);
  return `${revealLine(`${tool} ${title}`, longest)}${agent ? ` (${nameOf(agent)})` : ''}`;
}
