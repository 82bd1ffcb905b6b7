import {randomBytes} from 'node:crypto';
import {closeSync, openSync} from 'node:fs';
import {PassThrough, Readable} from 'node:stream';
import {describe, expect, it} from 'vitest';
import {composePrompt} from '../../src/cli/prompt.js';
import {isPiped, maxBytes, type PipedInput, readPipedInput} from '../../src/cli/stdin.js';

interface Reading {
  readonly input: PipedInput;
  readonly notes: readonly string[];
}

async function readAll(stream: Readable, hasPrompt = false, patienceMs = 20_000): Promise<Reading> {
  const notes: string[] = [];
  const input = await readPipedInput({stream, hasPrompt, patienceMs, note: line => notes.push(line)});
  return {input, notes};
}

const chunks = (bytes: Uint8Array, size: number): Readable =>
  Readable.from(
    (function* () {
      for (let start = 0; start < bytes.length; start += size) yield Buffer.from(bytes.subarray(start, start + size));
    })(),
    {objectMode: false},
  );

describe('piped input', () => {
  it('is read whole, whatever its pieces cut', async () => {
    const text = 'größer 日本 👩‍🚀\n'.repeat(2_000);
    expect(await readAll(chunks(Buffer.from(text), 7))).toEqual({input: {ok: true, text}, notes: []});
  });

  it('may be 10 MB', async () => {
    const text = 'a line of a log\n'.repeat(655_360);
    const {input} = await readAll(chunks(Buffer.from(text), 65_536));
    expect(input.ok && input.text?.length).toBe(10 * 1024 * 1024);
  });

  it('may be empty', async () => {
    expect(await readAll(chunks(Buffer.alloc(0), 1))).toEqual({input: {ok: true, text: ''}, notes: []});
  });

  it.each([
    ['a short text of Latin-1', Buffer.from('caf\xe9 latin', 'latin1'), 'café latin'],
    ['words with many of its letters', Buffer.from('H\xf6hen\xfcbersch\xe4tzung', 'latin1'), 'Höhenüberschätzung'],
    ['quotes of Windows', Buffer.from('\x93quoted\x94', 'latin1'), '“quoted”'],
    [
      'UTF-8 with a stray byte',
      Buffer.concat([Buffer.from('naïve, déjà vu, and so on: '), Buffer.from([0xe9])]),
      'naïve, déjà vu, and so on: \uFFFD',
    ],
  ])('takes as text %s', async (_, bytes, text) => {
    expect((await readAll(chunks(bytes, 100))).input).toEqual({ok: true, text});
  });

  it('keeps the text around a few bytes that are not UTF-8, and drops a byte order mark', async () => {
    const latin = Buffer.concat([
      Buffer.from('\uFEFFa log that is long enough, with caf'),
      Buffer.from([0xe9]),
      Buffer.from('.'),
    ]);
    const {input} = await readAll(chunks(latin, 100));
    expect(input).toEqual({ok: true, text: 'a log that is long enough, with caf\uFFFD.'});
  });

  it.each([
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['noise', randomBytes(5_000).map(byte => byte | 0x80)],
    ['a few bytes of a program', Buffer.from('\x7fELF\x02\x01\x01\xff some text', 'latin1')],
    ['UTF-16', Buffer.from('hello', 'utf16le')],
  ])('that is no text is refused with what to do: %s', async (_, bytes) => {
    expect((await readAll(chunks(bytes, 100))).input).toEqual({
      ok: false,
      fault: 'Standard input is not text. Save it to a file and name the file in the prompt.',
    });
  });

  it('that never ends is refused at 32 MB', async () => {
    const block = Buffer.alloc(1024 * 1024, 'y');
    let given = 0;
    const endless = new Readable({
      read() {
        given += block.length;
        this.push(block);
      },
    });
    const {input} = await readAll(endless);
    expect(input).toMatchObject({ok: false, fault: expect.stringContaining('larger than 32 MB')});
    expect(given).toBeLessThan(maxBytes + 4 * block.length);
  });

  it('that cannot be read is a fault, not a crash', async () => {
    const broken = new Readable({read: () => broken.destroy(new Error('EISDIR: illegal operation on a directory'))});
    expect((await readAll(broken)).input).toMatchObject({
      ok: false,
      fault: expect.stringContaining('cannot be read: EISDIR'),
    });
  });

  it.each([
    [
      'beside a prompt',
      true,
      'Waiting for standard input, which is open; the work begins when it ends. To go on without it, add < /dev/null.',
    ],
    ['where it is the prompt', false, 'Waiting for a prompt on standard input.'],
  ])('that does not begin in time is waited for, and the person told: %s', async (_, hasPrompt, line) => {
    const stream = new PassThrough();
    const notes: string[] = [];
    const note = (line: string): void => {
      notes.push(line);
      stream.end('late');
    };
    expect(await readPipedInput({stream, hasPrompt, patienceMs: 10, note})).toEqual({ok: true, text: 'late'});
    expect(notes).toEqual([line]);
  });

  it('that began is read to its end, however long that takes, and the person told', async () => {
    const stream = new PassThrough();
    stream.write('first ');
    const notes: string[] = [];
    const note = (line: string): void => {
      notes.push(line);
      stream.end('last');
    };
    const input = await readPipedInput({stream, hasPrompt: true, patienceMs: 10, note});
    expect(input).toEqual({ok: true, text: 'first last'});
    expect(notes).toEqual(['Still reading standard input; the work begins when it ends.']);
  });

  it('leaves no listener on the stream', async () => {
    const stream = new PassThrough();
    stream.end('all');
    await readAll(stream);
    expect(['data', 'end', 'error'].map(event => stream.listenerCount(event))).toEqual([0, 0, 0]);
  });

  it('is there when standard input is a file, and not when it is a device or closed', () => {
    const [file, device] = [openSync('package.json', 'r'), openSync('/dev/null', 'r')];
    expect([file, device, 9_999].map(isPiped)).toEqual([true, false, false]);
    for (const descriptor of [file, device]) closeSync(descriptor);
  });
});

describe('the prompt', () => {
  it('is the argument or the piped text, whichever there is', () => {
    expect(composePrompt('fix it', null)).toBe('fix it');
    expect(composePrompt('fix it', ' \n')).toBe('fix it');
    expect(composePrompt(null, 'fix it\n')).toBe('fix it\n');
    expect(composePrompt('  ', 'fix it\n')).toBe('fix it\n');
  });

  it('is both as two texts, the piped one marked', () => {
    expect(composePrompt('explain', 'Error: no\n')).toEqual([
      {type: 'text', text: 'explain'},
      {type: 'text', text: '<stdin>\nError: no\n</stdin>'},
    ]);
  });

  it('is missing when both are empty', () => {
    expect([composePrompt(null, null), composePrompt('', ''), composePrompt(' ', '\n')]).toEqual([null, null, null]);
  });
});
