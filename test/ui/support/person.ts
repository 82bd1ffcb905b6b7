/** A person before the screen, who types: keys go to the screen, events come from a session. */
import type {AgentEvent, Mail} from '../../../src/core/types.js';
import type {Effect} from '../../../src/ui/effects.js';
import {press} from '../../../src/ui/press.js';
import {receive} from '../../../src/ui/receive.js';
import {createScreen, type Screen} from '../../../src/ui/screen.js';
import type {Input} from '../../../src/ui/terminal/keys.js';
import {noLayout} from '../../../src/ui/transcript/transcript.js';
import {call, stamped} from './events.js';
import {plainStatus} from './status.js';

const commands = [
  {name: 'clear', description: ''},
  {name: 'cost', description: ''},
  {name: 'model', description: ''},
];
const start = 1_000_000;

export interface Person {
  screen: Screen;
  now: number;
  readonly effects: Effect[];
}

export function sit(...history: string[]): Person {
  const screen = createScreen({
    size: {columns: 80, rows: 24},
    status: plainStatus,
    history,
    now: start,
    printed: 'nothing',
  });
  return {screen, now: start, effects: []};
}

export function give(person: Person, input: Input): void {
  const {screen, effects} = press(person.screen, input, {commands, now: person.now, transcript: noLayout});
  person.screen = screen;
  person.effects.push(...effects);
}

export function keys(person: Person, ...chords: string[]): void {
  for (const chord of chords) give(person, {type: 'key', chord});
}

export function type(person: Person, text: string): void {
  for (const letter of text) give(person, {type: 'text', text: letter});
}

export function hear(person: Person, ...events: AgentEvent[]): void {
  person.screen = receive(
    person.screen,
    events.map(event => stamped(event)),
    person.now,
  );
}

const mailOf = (text: string, id = `mail-${text}`): Mail => ({
  id,
  seq: 1,
  from: 'user',
  to: 'main',
  kind: 'steer',
  text,
  wake: true,
});
export const queued = (text: string, id?: string): AgentEvent => ({type: 'mail_queued', mail: mailOf(text, id)});
export const takenBack = (text: string): AgentEvent => ({type: 'mail_withdrawn', mail: mailOf(text)});
export const delivered = (text: string, id?: string, told = text): AgentEvent => ({
  type: 'entry_appended',
  entry: {id: `entry-${id}`, message: {role: 'user', content: told}},
  origin: 'mail',
  mail: mailOf(text, id),
});
export const steeredIn = ({screen}: Person): readonly string[] => screen.steered.map(({text}) => text);

export const asked = {
  type: 'question_asked',
  ...call('c1', 'Bash', 'npm test'),
  preview: {summary: 'npm test'},
} as const satisfies AgentEvent;
export const draftOf = ({screen}: Person): string => screen.composer.text;
