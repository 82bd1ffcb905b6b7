import fc from 'fast-check';
import {lexer} from 'marked';
import {beforeAll, describe, expect, it} from 'vitest';
import {highlight, loadLanguage} from '../../../src/ui/text/highlight.js';
import {createReplyText, type Layout, type Markdown, type Tail} from '../../../src/ui/text/reply-text.js';
import {createTheme} from '../../../src/ui/theme.js';

const theme = createTheme({dumb: false, colour: true, unicode: true});
const markdown: Markdown = {lex: text => lexer(text), highlight, isReady: () => true};
beforeAll(async () => {
  await loadLanguage('javascript');
  await loadLanguage('typescript');
});
const layout = (columns: number, with_: Markdown | null = markdown): Layout => ({columns, theme, markdown: with_});

const whole = (text: string, columns: number): readonly string[] => createReplyText().lines(text, layout(columns));

const blocks = fc.constantFrom(
  '# A heading\n\n',
  'A paragraph with **bold** and `code` that is long enough to wrap somewhere.\n\n',
  '- item one\n- item two\n  - nested\n\n',
  '1. first\n\n2. second, loose\n\n',
  '```ts\nconst a = 1;\n\n// comment\n```\n\n',
  '```\nplain\n```\n\n',
  '> quote\n> goes on\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '---\n\n',
  'line\nbreaks\n\n',
  '漢字とかな 👍🏽\n\n',
  '    indented code\n\n',
  'a setext heading\n===\n\n',
);
const texts = fc.array(blocks, {minLength: 1, maxLength: 8}).map(parts => parts.join(''));
const sizes = fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 5});

function* growing(text: string, steps: readonly number[]): Generator<string> {
  for (let at = 0, turn = 0; at < text.length; turn++) {
    at += steps[turn % steps.length] ?? 1;
    yield text.slice(0, at);
  }
}

describe("a reply's text", () => {
  it('ends, however it was streamed, as the same lines that laying it out at once gives', () => {
    fc.assert(
      fc.property(texts, sizes, fc.integer({min: 20, max: 60}), (text, steps, columns) => {
        const reply = createReplyText();
        for (const so of growing(text, steps)) reply.tail(so, layout(columns), 10);
        expect(reply.lines(text, layout(columns))).toEqual(whole(text, columns));
      }),
    );
  });

  it('goes on numbering a list whose next item is written digit by digit', () => {
    const text = '1. first\n\n1. second, loose\n\n1. third\n\n# A heading\n\n';
    const reply = createReplyText();
    for (const so of growing(text, [1])) reply.tail(so, layout(40), 10);
    expect(reply.lines(text, layout(40))).toEqual(whole(text, 40));
    expect(reply.lines(text, layout(40)).join('')).toContain('3.');
  });

  it('is laid out anew when the width changes', () => {
    fc.assert(
      fc.property(texts, sizes, (text, steps) => {
        const reply = createReplyText();
        let turn = 0;
        for (const so of growing(text, steps)) reply.tail(so, layout(20 + (turn++ % 3) * 10), 10);
        expect(reply.lines(text, layout(33))).toEqual(whole(text, 33));
      }),
    );
  });

  it('shows the end of what is there, blocks that are complete as they will be printed', () => {
    fc.assert(
      fc.property(texts, sizes, (text, steps) => {
        const reply = createReplyText();
        const final = whole(text, 40);
        let tail: Tail = {lines: [], above: 0};
        for (const so of growing(text, steps)) tail = reply.tail(so, layout(40), 8);
        expect(tail).toEqual({lines: final.slice(-8), above: Math.max(0, final.length - 8)});
      }),
    );
  });

  it('follows a text that turns out different from what was streamed', () => {
    const reply = createReplyText();
    reply.tail('# One\n\ntwo\n\nthree', layout(40), 10);
    expect(reply.lines('# Other\n\nwords', layout(40))).toEqual(whole('# Other\n\nwords', 40));
  });

  it('keeps code of a known language waiting until that is loaded', () => {
    const wanted: string[] = [];
    const without: Markdown = {
      ...markdown,
      highlight: () => null,
      isReady(language) {
        wanted.push(language);
        return false;
      },
    };
    const reply = createReplyText();
    const text = '```js\nreturn 1;\n```\n\nafter\n\nmore';
    reply.tail(text, layout(40, without), 10);
    expect(wanted).toContain('javascript');
    expect(reply.lines(text, layout(40))).toEqual(whole(text, 40));
    expect(whole(text, 40).join('')).toContain('\x1b[35mreturn');
  });

  it('is plain until the parser is there', () => {
    expect(createReplyText().lines('# a **b**', layout(40, null))).toEqual(['# a **b**']);
    expect(createReplyText().tail('', layout(40, null), 5)).toEqual({lines: [], above: 0});
  });

  it('reads complete blocks once, however long the reply gets', () => {
    let read = 0;
    const counting: Markdown = {
      ...markdown,
      lex(text) {
        read += text.length;
        return lexer(text);
      },
    };
    const reply = createReplyText();
    let text = '';
    for (let index = 0; index < 2_000; index++) {
      text += `Paragraph ${index} is laid out once.\n\n`;
      reply.tail(text, layout(80, counting), 20);
    }
    expect(read).toBeLessThan(3 * text.length);
  });
});
