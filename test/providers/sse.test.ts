import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createSseDecoder, type SseEvent} from '../../src/providers/sse.js';

function decode(chunks: readonly (string | Uint8Array)[]): readonly string[] {
  return decodeEvents(chunks).map(({data}) => data);
}

function decodeEvents(chunks: readonly (string | Uint8Array)[]): readonly SseEvent[] {
  const decoder = createSseDecoder();
  return [...chunks.flatMap(chunk => decoder.push(Buffer.from(chunk))), ...decoder.end()];
}

describe('the decoder of server-sent events', () => {
  it('gives each event its own name, and none to one without', () => {
    const stream = 'event: a\ndata: 1\n\ndata: 2\n\nevent: lost\n\ndata: 3\nevent:b\n\n';
    expect(decodeEvents([stream])).toEqual([
      {name: 'a', data: '1'},
      {name: '', data: '2'},
      {name: 'b', data: '3'},
    ]);
  });

  it('gives the data of each event and leaves out comments, ids and lines that are no field', () => {
    const stream =
      ': hello\n\nevent: a\ndata: {"n":1}\nid: 7\nretry: 9\n\n<html>oops</html>\n\ndatabase: x\n\ndata:{"n":2}\n\n';
    expect(decode([stream])).toEqual(['{"n":1}', '{"n":2}']);
  });

  it('joins several data lines, and takes one blank after the colon away, not two', () => {
    expect(decode(['data: a\ndata:  b\ndata\ndata:\n\n'])).toEqual(['a\n b\n\n']);
  });

  it('reads LF, CRLF and CR line ends, also when a chunk ends between CR and LF', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      expect(decode([`data: 1${end}${end}data: 2${end}${end}`])).toEqual(['1', '2']);
    }
    expect(decode(['data: 1\r', '\n\r', '\ndata: 2\r', '\n\r\n'])).toEqual(['1', '2']);
  });

  it('skips a byte order mark at the start, and only there', () => {
    expect(decode(['\uFEFFdata: a\n\n'])).toEqual(['a']);
    expect(decode(['data: a\n\n', '\uFEFFdata: b\n\n'])).toEqual(['a']);
  });

  it('gives up an event that the end left without its blank line', () => {
    expect(decode(['data: 1\n\ndata: 2'])).toEqual(['1', '2']);
    expect(decode(['data: 1\n\n'])).toEqual(['1']);
  });

  it('says how much it holds of an event that has not ended, in one line or in many', () => {
    const decoder = createSseDecoder();
    decoder.push(Buffer.from('data: 12345\ndata: 1'));
    expect(decoder.held()).toBe('data: 12345'.length + 'data: 1'.length);
    decoder.push(Buffer.from('2345'));
    expect(decoder.held()).toBe(2 * 'data: 12345'.length);
    decoder.push(Buffer.from('\n\n: a comment\n'));
    expect(decoder.held()).toBe(0);
  });

  it('decodes the same whatever the chunks, characters of several bytes and line ends cut in two included', () => {
    const text = fc.string({unit: fc.constantFrom('a', ' ', 'ä', '€', '😀', ':', '{'), maxLength: 12});
    const stream = fc.tuple(
      fc.array(fc.array(text, {minLength: 1, maxLength: 3})),
      fc.constantFrom('\n', '\r\n', '\r'),
    );
    fc.assert(
      fc.property(stream, fc.array(fc.nat(40)), ([events, end], sizes) => {
        const bytes = Buffer.from(
          events.map(lines => `event: x${end}${lines.map(line => `data: ${line}${end}`).join('')}${end}`).join(''),
        );
        const chunks: Buffer[] = [];
        let start = 0;
        for (const size of sizes) {
          chunks.push(bytes.subarray(start, start + size));
          start += size;
        }
        chunks.push(bytes.subarray(start));
        expect(decode(chunks)).toEqual(events.map(lines => lines.join('\n')));
      }),
    );
  });

  it('takes an event of 1 MB that comes one byte at a time', () => {
    const data = JSON.stringify('ü'.repeat(500_000));
    const decoder = createSseDecoder();
    const found: string[] = [];
    for (const byte of Buffer.from(`data: ${data}\n\n`))
      found.push(...decoder.push(Uint8Array.of(byte)).map(event => event.data));
    expect(found).toEqual([data]);
  });
});
