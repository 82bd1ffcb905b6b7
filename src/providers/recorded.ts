/**
 * Records a real conversation to a file and replays it exactly: the same events and failures for the same requests. Two
 * requests are the same if their conversation is: messages, tools, whether it may call them. On another day, or after
 * a commit, it replays as well.
 *
 * The file is JSON Lines: a head with the model's figures, then requests and what came back, each line with the number
 * of its request. It holds what was said, so only its owner may read it; headers, keys and environment never reach it.
 */
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {race} from '../core/cancel.js';
import {ProviderError, type ProviderErrorKind} from '../core/errors.js';
import type {Model, ModelEvent, ModelInfo, ModelRequest} from '../core/ports.js';
import {renameIn, renaming} from './recorded-files.js';
import {differenceOf, identityOf} from './recorded-request.js';

const format = 'agent-runtime recording 1';

interface Head {
  readonly format: string;
  readonly info: ModelInfo;
}

interface Failure {
  readonly kind: ProviderErrorKind;
  readonly message: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly isTransient: boolean;
}

/** One line. `number` counts requests from 1. */
type Line =
  | {readonly number: number; readonly request: ModelRequest}
  | {readonly number: number; readonly event: ModelEvent}
  | {readonly number: number; readonly failure: Failure}
  /** The asker aborted, or broke off. */
  | {readonly number: number; readonly interrupted: true};

/** The model, with everything that passes written to `file`, which is begun anew. Lines are whole at any moment. */
export function recording(model: Model, file: string): Model {
  let requests = 0;
  const write = (line: Line): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  writeFileSync(file, `${JSON.stringify({format, info: model.info} satisfies Head)}\n`, {mode: 0o600});
  return {
    info: model.info,
    async *stream(request, signal) {
      requests += 1;
      const number = requests;
      write({number, request});
      let isOver = false;
      try {
        for await (const event of model.stream(request, signal)) {
          write({number, event});
          isOver = event.type === 'message_stop';
          yield event;
        }
        isOver = true;
      } catch (error) {
        if (error instanceof ProviderError) write({number, failure: toFailure(error)});
        isOver = error instanceof ProviderError;
        throw error;
      } finally {
        if (!isOver) write({number, interrupted: true});
      }
    },
  };
}

interface Recording {
  readonly identity: string;
  readonly events: ModelEvent[];
  end: {readonly failure: Failure} | 'interrupted' | null;
}

/**
 * A model that answers as recorded. A request must be the same as a recorded one that was not replayed yet (see
 * recorded-request.ts); where it is not, the error names the first field that differs. Where the recording was
 * interrupted, it waits to be. Throws `ProviderError` for a file that is no recording.
 */
export function createRecordedModel(file: string): Model {
  const {info, recordings} = read(file);
  const left = [...recordings];
  return {
    info,
    async *stream(request, signal) {
      const now = identityOf(request);
      const index = left.findIndex(({identity}) => differenceOf(identity, now) === null);
      const [recorded] = index === -1 ? [] : left.splice(index, 1);
      if (!recorded) throw mismatch(file, left[0], now);
      for (const event of renameIn(recorded.events, renaming(recorded.identity, now))) {
        // As on the wire, whoever listens gets a turn between two events.
        await race(Promise.resolve(), signal);
        yield event;
      }
      if (recorded.end === 'interrupted') await race(new Promise<never>(() => {}), signal);
      else if (recorded.end) throw new ProviderError(recorded.end.failure.message, recorded.end.failure);
    },
  };
}

function toFailure({kind, message, status, retryAfterMs, isTransient}: ProviderError): Failure {
  return {
    kind,
    message,
    isTransient,
    ...(status !== undefined && {status}),
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  };
}

function read(file: string): {readonly info: ModelInfo; readonly recordings: readonly Recording[]} {
  // What follows the last line end was cut by a crash.
  const [first = '', ...rest] = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const head = parse(file, first, 1) as Partial<Head>;
  if (head.format !== format || !head.info) throw unreadable(`${file} is no recording of a conversation.`);
  const recordings = new Map<number, Recording>();
  for (const [index, text] of rest.entries()) {
    const line = parse(file, text, index + 2) as Line;
    if ('request' in line) {
      recordings.set(line.number, {identity: identityOf(line.request), events: [], end: null});
    }
    const recorded = recordings.get(line.number);
    if (!recorded)
      throw unreadable(`Line ${index + 2} of ${file} belongs to no request. Record the conversation again.`);
    if ('event' in line) recorded.events.push(line.event);
    else if ('failure' in line) recorded.end = {failure: line.failure};
    else if ('interrupted' in line) recorded.end = 'interrupted';
  }
  return {info: head.info, recordings: [...recordings.values()]};
}

function parse(file: string, text: string, line: number): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, with the line.
  }
  throw unreadable(`Line ${line} of ${file} is no JSON object. Record the conversation again.`);
}

const unreadable = (message: string): ProviderError => new ProviderError(message, {kind: 'invalid_request'});

function mismatch(file: string, recorded: Recording | undefined, now: string): ProviderError {
  if (!recorded) return unreadable(`${file} holds no further answer: every recorded request was replayed.`);
  const {path, was, is} = differenceOf(recorded.identity, now) ?? {path: '', was: '', is: ''};
  return unreadable(`The recording answers another request: ${path} was ${was} and is now ${is}.`);
}
