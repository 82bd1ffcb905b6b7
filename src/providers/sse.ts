/**
 * Decodes server-sent events: chunks of bytes in, each whole event out.
 *
 * Reads what the specification allows: LF, CRLF and CR line ends, comments, several data lines, characters cut by a
 * chunk's end. Lines that are no field of an event are skipped, as the specification asks.
 */
import {StringDecoder} from 'node:string_decoder';

export interface SseEvent {
  /** Empty for an event without one. */
  readonly name: string;
  readonly data: string;
}

export interface SseDecoder {
  /** Every event that this chunk completes. */
  push(chunk: Uint8Array): readonly SseEvent[];
  /** Characters of the event that no chunk has completed yet: they are held until one does. */
  held(): number;
  /** An event that the stream's end left without its blank line; it may be half an event. */
  end(): readonly SseEvent[];
}

export function createSseDecoder(): SseDecoder {
  const utf8 = new StringDecoder('utf8');
  /** The line that no chunk has ended yet. It grows as a rope: a long line in many chunks is not copied for each. */
  let line = '';
  /** The data lines of the event that no blank line has ended yet. */
  let data: string[] = [];
  /** Characters of them. */
  let held = 0;
  let name = '';
  let endedInCr = false;
  let atStart = true;

  const takeLine = (whole: string, events: SseEvent[]): void => {
    if (whole === '') {
      if (data.length > 0) events.push({name, data: data.length === 1 ? (data[0] ?? '') : data.join('\n')});
      data = [];
      held = 0;
      name = '';
    } else if (whole.startsWith('data:')) {
      data.push(fieldValue(whole, 5));
      held += whole.length;
    } else if (whole.startsWith('event:')) {
      name = fieldValue(whole, 6);
    } else if (whole === 'data') {
      data.push('');
    }
  };

  /** Only LF ends lines in what this returns, and a CRLF that two chunks share ends one line. */
  const normalize = (text: string): string => {
    const rest = endedInCr && text.startsWith('\n') ? text.slice(1) : text;
    endedInCr = text.endsWith('\r');
    return rest.includes('\r') ? rest.replace(/\r\n?/g, '\n') : rest;
  };

  const takeText = (text: string, events: SseEvent[]): void => {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      takeLine(line === '' ? text.slice(start, end) : line + text.slice(start, end), events);
      line = '';
      start = end + 1;
    }
    line += text.slice(start);
  };

  return {
    push(chunk) {
      let text = utf8.write(chunk);
      if (text === '') return [];
      if (atStart && text.startsWith('\uFEFF')) text = text.slice(1);
      atStart = false;
      const events: SseEvent[] = [];
      takeText(normalize(text), events);
      return events;
    },
    held: () => held + line.length,
    end() {
      const events: SseEvent[] = [];
      takeText(`${utf8.end()}\n\n`, events);
      return events;
    },
  };
}

/** What stands behind a field's colon, without the one blank that may follow it. */
const fieldValue = (line: string, start: number): string =>
  line.slice(line.charCodeAt(start) === 0x20 ? start + 1 : start);
