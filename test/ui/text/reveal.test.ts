import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {reveal, revealLine} from '../../../src/ui/text/reveal.js';

describe('text that a person approves', () => {
  it.each([
    ['touch pwned #\recho harmless', 'touch pwned #␍echo harmless'],
    ['echo harmless #\x1b]\ntouch pwned', 'echo harmless #␛]\ntouch pwned'],
    ['echo a #\x1bPq\ntouch pwned', 'echo a #␛Pq\ntouch pwned'],
    ['\x1b[8mrm -r .\x1b[0m', '␛[8mrm -r .␛[0m'],
    ['rm\x08\x08ls', 'rm␈␈ls'],
    ['a\x0bb\x0cc\x85d\x7fe\x9b2Jf', 'a␋b␌c\ufffdd␡e\ufffd2Jf'],
    ['rm \u202etxt.exe\u2066', 'rm \ufffdtxt.exe\ufffd'],
    ['a\u2028b\u2029c', 'a\ufffdb\ufffdc'],
    ['r\u200bm\u00ad\ufeff\u3164\u2800', 'r\ufffdm\ufffd\ufffd\ufffd\ufffd'],
    ['rm\u00a0-r\u3000x', 'rm␣-r␣x'],
    ['\ud800', '\ufffd'],
    ['a\tb\nc', 'a    b\nc'],
    ['\u0338x e\u0301 e\u0301\u0301\u0301\u0301\u0301\u0301', '\ufffdx e\u0301 e\u0301\u0301\u0301\u0301\ufffd\ufffd'],
    ['naïve 漢字 👩\u200d💻 ❤\ufe0f', 'naïve 漢字 👩\u200d💻 ❤\ufe0f'],
  ])('%j is shown as %j', (text, shown) => {
    expect(reveal(text)).toBe(shown);
  });

  it('keeps every character that can be seen, in order, and holds none that cannot', () => {
    const tricks = fc.constantFrom(...'\x1b]\r\x08\x07\x9b\u202e\u200b\u2028\ufe0f\u200d\u0301');
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({unit: 'binary'}), tricks)), parts => {
        const text = parts.join('');
        const shown = reveal(text);
        let at = 0;
        for (const character of text.match(/[\p{L}\p{N}\p{P}\p{S}]/gu) ?? []) {
          if (/[\p{Default_Ignorable_Code_Point}\u2800]/u.test(character)) continue;
          at = shown.indexOf(character, at);
          expect(at).toBeGreaterThanOrEqual(0);
          at += character.length;
        }
        expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Bidi_Control}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(revealLine(text)).not.toContain('\n');
      }),
    );
  });

  it('says on one line where lines end, how long a gap is, and that there is more', () => {
    expect(revealLine('  a\n\n  b \n')).toBe('a ␊ b');
    expect(revealLine(`echo ok${' '.repeat(300)}; rm -r .`)).toBe('echo ok [300 spaces] ; rm -r .');
    expect(revealLine(`echo ok${' '.repeat(300)}; rm -r .`, 40)).toBe('echo ok…');
  });
});
