/**
 * Decodes server-sent events: chunks of bytes in, the data of each whole event out.
 *
 * Reads what the specification allows: LF, CRLF and CR line ends, comments, several data lines, characters cut by a
 * chunk's end. Lines that are no field of an event are skipped, as the specification asks. Event names are not kept:
 * the APIs that stream this way repeat them in the data.
 */
import {StringDecoder} from 'node:string_decoder';

export interface SseDecoder {
  /** The data of every event that this chunk completes. */
  push(chunk: Uint8Array): readonly string[];
  /** The data of an event that the stream's end left without its blank line; it may be half an event. */
  end(): readonly string[];
}

export function createSseDecoder(): SseDecoder {
  const utf8 = new StringDecoder('utf8');
  /** The line that no chunk has ended yet. It grows as a rope: a long line in many chunks is not copied for each. */
  let line = '';
  /** The data lines of the event that no blank line has ended yet. */
  let data: string[] = [];
  let endedInCr = false;
  let atStart = true;

  const takeLine = (whole: string, events: string[]): void => {
    if (whole === '') {
      if (data.length > 0) events.push(data.length === 1 ? (data[0] ?? '') : data.join('\n'));
      data = [];
    } else if (whole.startsWith('data:')) {
      data.push(whole.slice(whole.charCodeAt(5) === 0x20 ? 6 : 5));
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

  const takeText = (text: string, events: string[]): void => {
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
      const events: string[] = [];
      takeText(normalize(text), events);
      return events;
    },
    end() {
      const events: string[] = [];
      takeText(`${utf8.end()}\n\n`, events);
      return events;
    },
  };
}
