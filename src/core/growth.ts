/**
 * What a run adds to its history, and the events that tell of it. Whatever comes in once the run has begun leaves room in
 * the budget for a report that reads it: what has no room is shortened before it is a part of the history.
 */
import type {Budget} from './budget.js';
import type {Conversation} from './conversation.js';
import {fitResults, fitText, fitTexts} from './fitting.js';
import type {Model} from './ports.js';
import {createEntry, requestOf, toUser} from './transcript.js';
import type {AgentEvent, Entry, Mail, ToolResultBlockParam} from './types.js';
import {type Beginning, estimateInput} from './window.js';

export interface Growing extends Beginning {
  readonly conversation: Conversation;
  readonly model: Model;
  readonly budget: Pick<Budget, 'reportRoom' | 'keepReport'>;
  newId(): string;
}

type Appended = Extract<AgentEvent, {type: 'entry_appended'}>;

/** Tokens of what the runtime itself says before a report. */
const noteTokens = 400;

/** What the runtime itself has to say. */
export function addNote({conversation, newId}: Growing, text: string): Appended {
  return record(conversation, toUser(newId(), text), 'runtime');
}

/** What somebody else has to say who does not know how much room there is: a hook. */
export function addObjection(growing: Growing, text: string): Appended {
  const {conversation, newId} = growing;
  return withRoom(growing, room => record(conversation, toUser(newId(), fitText(text, room)), 'runtime'));
}

/** All of it is in the history before the first is told: whoever breaks off there loses none. */
export function addMail(growing: Growing, mails: readonly Mail[], isBegun: boolean): readonly Appended[] {
  const {conversation, newId} = growing;
  const add = (room: number): readonly Appended[] => {
    const texts = fitTexts(
      mails.map(({text}) => text),
      room,
    );
    return mails.map((mail, at) =>
      record(conversation, toUser(newId(), texts[at] ?? '', requestOf(mail)), 'mail', mail),
    );
  };
  // Of what was not begun there is no report.
  return isBegun && mails.length > 0 ? withRoom(growing, add) : add(Infinity);
}

export function addResults(growing: Growing, results: readonly ToolResultBlockParam[]): Appended {
  const {conversation, newId} = growing;
  return withRoom(growing, room => record(conversation, toResults(newId(), fitResults(results, room)), 'results'));
}

export const toResults = (id: string, results: readonly ToolResultBlockParam[]): Entry =>
  createEntry(id, {role: 'user', content: [...results]});

/** Adds what there is room for, and keeps that a report can read it. */
function withRoom<T>(growing: Growing, add: (room: number) => T): T {
  const room = growing.budget.reportRoom(growing.model.info.price);
  if (room === Infinity) return add(room);
  const added = add(room - reportSize(growing));
  keepReport(growing);
  return added;
}

/** Keeps what a report takes that reads all there is now. */
export function keepReport(growing: Growing): void {
  growing.budget.keepReport(reportSize(growing), growing.model.info.price);
}

const reportSize = (growing: Growing): number => estimateInput(growing.conversation, growing) + noteTokens;

/** Appends before it tells: an event that was seen is never missing from the history. */
function record(conversation: Conversation, entry: Entry, origin: Appended['origin'], mail?: Mail): Appended {
  conversation.add(entry, origin, mail);
  return {type: 'entry_appended', entry, origin, ...(mail && {mail})};
}
