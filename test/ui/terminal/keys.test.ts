import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {cleanPaste, createInputDecoder, type Input} from '../../../src/ui/terminal/keys.js';
import {type Key, keyBytes} from '../../support/keys.js';

const decode = (...chunks: string[]): readonly Input[] => {
  const decoder = createInputDecoder();
  return chunks.flatMap(chunk => [...decoder.push(chunk)]);
};
const chord = (name: string): Input => ({type: 'key', chord: name});
const text = (typed: string): Input => ({type: 'text', text: typed});
const paste = (pasted: string): Input => ({type: 'paste', text: pasted});
const bracketed = (content: string): string => `\x1b[200~${content}\x1b[201~`;

describe('the input decoder', () => {
  const pressed: readonly (readonly [Key, string])[] = [
    ['enter', 'enter'],
    ['alt-enter', 'alt+enter'],
    ['shift-enter', 'shift+enter'],
    ['tab', 'tab'],
    ['shift-tab', 'shift+tab'],
    ['backspace', 'backspace'],
    ['alt-backspace', 'alt+backspace'],
    ['delete', 'delete'],
    ['page-up', 'pageup'],
    ['ctrl-left', 'ctrl+left'],
    ['alt-right', 'alt+right'],
    ['ctrl-_', 'ctrl+_'],
    ['up', 'up'],
    ['home', 'home'],
    ['ctrl-a', 'ctrl+a'],
    ['ctrl-z', 'ctrl+z'],
    ['ctrl-j', 'ctrl+j'],
    ['alt-b', 'alt+b'],
  ];
  it.each(pressed)('reads %s as %s, in both cursor modes and split anywhere', (key, name) => {
    for (const application of [false, true]) {
      const bytes = keyBytes(key, application);
      expect(decode(bytes)).toEqual([chord(name)]);
      expect(decode(...bytes)).toEqual([chord(name)]);
    }
  });

  it.each([
    ['\x1b[27u', 'escape'],
    ['\x1b[99;5u', 'ctrl+c'],
    ['\x1b[97;6u', 'ctrl+shift+a'],
    ['\x1b[97:65;6u', 'ctrl+shift+a'],
    ['\x1b[1089::99;5u', 'ctrl+c'],
    ['\x1b[13;5u', 'ctrl+enter'],
    ['\x1b[13;130u', 'shift+enter'],
    ['\x1b[27;2;13~', 'shift+enter'],
    ['\x1b[127;3u', 'alt+backspace'],
    ['\x1b[1;2C', 'shift+right'],
    ['\x1b[3;5~', 'ctrl+delete'],
    ['\x1b[7~', 'home'],
    ['\x00', 'ctrl+space'],
  ])('reads the extended form %j as %s', (bytes, name) => {
    expect(decode(bytes)).toEqual([chord(name)]);
  });

  it('reads text keys of the extended protocol as text, with lock keys on, too', () => {
    expect(decode('\x1b[97;65u\x1b[65;2u\x1b[32;2u')).toEqual([text('a'), text('A'), text(' ')]);
    expect(decode('\x1b[1089::99;65u')).toEqual([text('с')]);
  });

  it('keeps typed text together and splits it at control keys', () => {
    expect(decode('hello\x01w\x7f')).toEqual([text('hello'), chord('ctrl+a'), text('w'), chord('backspace')]);
    expect(decode('ship it\r')).toEqual([text('ship it'), chord('enter')]);
    expect(decode('\r\r\r')).toEqual([chord('enter'), chord('enter'), chord('enter')]);
  });

  it('takes a lone escape for the key only when it is told that nothing follows', () => {
    const decoder = createInputDecoder();
    expect(decoder.push('\x1b')).toEqual([]);
    expect(decoder.pending).toBe('escape');
    expect(decoder.settle()).toEqual([chord('escape')]);
    expect(decoder.pending).toBe('nothing');
    expect(decode('\x1b', '[A')).toEqual([chord('up')]);
  });

  it('takes an unfinished sequence apart when nothing follows', () => {
    const decoder = createInputDecoder();
    decoder.push('\x1b[');
    expect(decoder.settle()).toEqual([chord('escape'), text('[')]);
  });

  it('drops reports that are no keys: focus, mouse, answers of the terminal, unknown function keys', () => {
    expect(decode('\x1b[I\x1b[O\x1b[<0;10;5M\x1b[?1;2c\x1b[15~\x1bOPa')).toEqual([text('a')]);
  });

  it('gives a bracketed paste whole, line ends normalised, never as keys', () => {
    expect(decode(bracketed('one\rtwo\r\nthree\nfour\ttab'))).toEqual([paste('one\ntwo\nthree\nfour\ttab')]);
    expect(decode(`a${bracketed('b\r')}c`)).toEqual([text('a'), paste('b\n'), text('c')]);
  });

  it('strips what a paste could do to the terminal, and keeps an end mark that stands inside it', () => {
    expect(cleanPaste('a\x1b[2Jb\x07c\x9bd')).toBe('a[2Jbcd');
    expect(decode(bracketed(`a${'\x1b[201~'}b\rc`))).toEqual([paste('ab\nc')]);
  });

  it('ends a paste that lost its end mark when told that nothing follows', () => {
    const decoder = createInputDecoder();
    expect(decoder.push('\x1b[200~one\rtwo\x1b[20')).toEqual([]);
    expect(decoder.pending).toBe('paste');
    expect(decoder.settle()).toEqual([paste('one\ntwo[20')]);
    expect(decoder.push('x')).toEqual([text('x')]);
  });

  it('takes a read of three lines for a paste: nobody types that fast', () => {
    expect(decode('one\rtwo\rthree\r')).toEqual([paste('one\ntwo\nthree\n')]);
    expect(decode('one\rtwo\r')).toEqual([text('one'), chord('enter'), text('two'), chord('enter')]);
  });

  it('reads a paste the same however it is cut into chunks', () => {
    const content = fc.array(fc.constantFrom('a', 'é', '漢', '👍🏽', '\r', '\r\n', '\n', '\t', '\x1b', '['), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(content, fc.array(fc.integer({min: 1, max: 7}), {minLength: 1}), (parts, sizes) => {
        // What looks like a mark inside the content is another test's matter.
        fc.pre(!parts.join('').includes('\x1b['));
        const bytes = bracketed(parts.join(''));
        const chunks: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.slice(at, at + size));
          at += size;
        }
        expect(decode(...chunks)).toEqual([paste(cleanPaste(parts.join('')))]);
      }),
    );
  });

  it('reads a paste of five megabytes in small chunks', () => {
    const decoder = createInputDecoder();
    const content = '漢字 and text\n'.repeat(400_000);
    const bytes = bracketed(content);
    const inputs: Input[] = [];
    for (let at = 0; at < bytes.length; at += 1024) inputs.push(...decoder.push(bytes.slice(at, at + 1024)));
    expect(inputs).toEqual([paste(content)]);
  });
});
