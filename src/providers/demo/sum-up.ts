/** What the demo model says when it is asked for a summary, and when it has nothing but one: what was asked, done and said, as its messages show it. */
import type {MessageParam} from '../../core/types.js';
import {type Move, textsOf} from './plan.js';
import {counted, shortened} from './results.js';

/** Words of the last answer that are repeated. */
const shownCharacters = 400;

const asking = /^Sum up this conversation\./;

const isSummary = (text: string): boolean => /^The conversation before .*Go on with the work/s.test(text);

/** After a summary in the middle of the work; null for messages that are none. */
export function goOn(messages: readonly MessageParam[]): Move | null {
  const last = messages.at(-1);
  if (!last || !textsOf(last).some(isSummary)) return null;
  const text =
    'What I had found was summed up to make room. I am a planner and cannot go on from a summary: ask me again.';
  return {text, calls: []};
}

/** Null for messages that ask for anything else. */
export function sumUp(messages: readonly MessageParam[]): Move | null {
  const last = messages.at(-1);
  if (!last || !textsOf(last).some(text => asking.test(text))) return null;
  const before = messages.slice(0, -1);
  const asked = before.filter(({role}) => role === 'user').flatMap(textsOf);
  const said = before.filter(({role}) => role === 'assistant').flatMap(textsOf);
  const counts = new Map<string, number>();
  for (const {content} of before) {
    if (typeof content === 'string') continue;
    for (const block of content)
      if (block.type === 'tool_use') counts.set(block.name, (counts.get(block.name) ?? 0) + 1);
  }
  const calls = [...counts].map(([name, count]) => `- ${name}: ${counted(count, 'call')}`);
  const text = [
    '1. Aim',
    ...asked.map(each => `- ${shortened(each.replace(/\s+/g, ' '))}`),
    '2. State',
    ...(calls.length > 0 ? calls : ['- No tool was called.']),
    ...(said.length > 0 ? ['3. Knowledge', `- My last words: ${shortened(said.at(-1) ?? '', shownCharacters)}`] : []),
  ].join('\n');
  return {text, calls: []};
}
