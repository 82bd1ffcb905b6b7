import {lexer} from 'marked';
import {beforeAll, describe, expect, it} from 'vitest';
import {highlight, loadLanguage} from '../../../src/ui/text/highlight.js';
import {type Language, languageOf, languages, languagesIn} from '../../../src/ui/text/languages.js';
import {blockLines} from '../../../src/ui/text/markdown.js';
import {createTheme} from '../../../src/ui/theme.js';

const words = createTheme({dumb: true, colour: false, unicode: false});
const colours = createTheme({dumb: false, colour: true, unicode: true, links: true});

/** Lines without any styling. */
function plain(markdown: string, columns = 40): string[] {
  return blockLines(lexer(markdown), {columns, theme: words, highlight: () => null});
}

/** Lines with escapes made visible. */
function styled(markdown: string, columns = 60): string {
  const lines = blockLines(lexer(markdown), {
    columns,
    theme: colours,
    highlight: (code, language) => highlight(code, language, colours),
  });
  return lines.join('\n').replaceAll('\x1b', '␛');
}

beforeAll(async () => {
  await loadLanguage('javascript');
  await loadLanguage('typescript');
});

describe('markdown', () => {
  it('separates blocks by one blank line and wraps paragraphs', () => {
    expect(plain('# Title\n\n\n\nSome text that is longer than a line of this width.\n\nMore.')).toEqual([
      'Title',
      '',
      'Some text that is longer than a line of',
      'this width.',
      '',
      'More.',
    ]);
  });

  it('keeps line breaks inside a paragraph', () => {
    expect(plain('one\ntwo  \nthree')).toEqual(['one', 'two', 'three']);
  });

  it('shows entities in prose as their characters, and in code as they are', () => {
    expect(plain('# R&amp;D\n\n&lt;div&gt; **&copy;** `&lt;` \\&lt;\n\n- &#x27;a&#39;\n\n```\n&amp;\n```')).toEqual([
      'R&D',
      '',
      '<div> © &lt; &lt;',
      '',
      "- 'a'",
      '',
      '  &amp;',
    ]);
    expect(plain('| a &amp; b | `&amp;` |\n|-|-|\n| &euro; | [x](http://a.b/?c=1&amp;d=2) |', 60)).toEqual([
      'a & b  &amp;',
      expect.stringContaining('-'),
      '€      x (http://a.b/?c=1&d=2)',
    ]);
  });

  it('lets no entity steer the terminal', () => {
    expect(plain('&#27;[2J&#x9b;2J&#8238;x')).toEqual(['2J\ufffdx']);
  });

  it('indents lists under their marks, nested and with tasks', () => {
    expect(
      plain('- first item that wraps around here, twice\n- second\n  1. one\n  2. two\n- [x] done\n- [ ] open', 24),
    ).toEqual([
      '- first item that wraps',
      '  around here, twice',
      '- second',
      '  1. one',
      '  2. two',
      '- [x] done',
      '- [ ] open',
    ]);
  });

  it('aligns the numbers of ordered lists and begins where they begin', () => {
    expect(plain('8. a\n9. b\n10. c')).toEqual([' 8. a', ' 9. b', '10. c']);
  });

  it('separates the items of a loose list', () => {
    expect(plain('- a\n\n- b\n\n  more of b')).toEqual(['- a', '', '- b', '', '  more of b']);
  });

  it('puts a bar beside quotes', () => {
    expect(plain('> quoted\n>\n> - item')).toEqual(['| quoted', '| ', '| - item']);
  });

  it('indents code as it is, wraps what is too long, and leaves its blank lines', () => {
    expect(plain('```\nif (a) {\n\n  b();\n}\n```')).toEqual(['  if (a) {', '', '    b();', '  }']);
    expect(plain('```\nabcdefghijklmnop\n```', 12)).toEqual(['  abcdefghij', '  klmnop']);
  });

  it('aligns the columns of tables and shares the width out', () => {
    expect(plain('| a | number |\n|---|---:|\n| one | 1 |\n| two | 22 |')).toEqual([
      'a    number',
      '---  ------',
      'one       1',
      'two      22',
    ]);
    const lines = plain('| key | text |\n|---|---|\n| a | a text that is too long for the row |', 20);
    expect(lines).toEqual([
      'key  text',
      '---  ---------------',
      'a    a text that is',
      '     too long for',
      '     the row',
    ]);
  });

  it('shows the address of a link beside its text, unless they are the same', () => {
    expect(plain('[here](https://a.org) and https://b.org', 60)).toEqual(['here (https://a.org) and https://b.org']);
  });

  it('links with OSC 8 where the terminal may, but only to addresses that are safe to print', () => {
    expect(styled('[here](https://a.org)')).toBe('␛]8;;https://a.org␛\\␛[4mhere␛[0m␛]8;;␛\\');
    expect(styled('[here](javascript:alert)')).toBe('␛[4mhere␛[0m␛[2m (javascript:alert)␛[0m');
  });

  it('styles emphasis, code and headings, nested as well', () => {
    expect(styled('a **b *c*** `d` ~~e~~')).toBe('a ␛[1mb ␛[0m␛[1;3mc␛[0m ␛[36md␛[0m ␛[9me␛[0m');
    expect(styled('## A `b`')).toBe('␛[1;36mA ␛[0m␛[1;36;36mb␛[0m');
  });

  it('colours code in a known language and leaves any other plain', () => {
    expect(styled('```js\nreturn "a";\n```')).toBe('  ␛[35mreturn␛[0m ␛[32m"a"␛[0m;');
    expect(styled('```klingon\nreturn\n```')).toBe('  return');
  });

  it('shows what it does not understand as it was written', () => {
    expect(plain('<details>\n<summary>x</summary>\n</details>')).toEqual([
      '<details>',
      '<summary>x</summary>',
      '</details>',
    ]);
  });

  it('lets no control sequence of the model through', () => {
    expect(plain('a\x1b[2Jb `c\x1b[0m` [x\x07](http://\x1b.org)\n\n```\n\x1b]0;t\x07code\n```').join('')).not.toMatch(
      /[\x00-\x1f]/,
    );
  });
});

describe('highlighting', () => {
  it('gives back exactly the lines of the code', () => {
    const code = 'const a = `x\n  y`; // "quoted" & <tagged>\n\nfunction f() {}';
    const lines = highlight(code, 'typescript', colours) ?? [];
    expect(lines.map(line => line.map(({text}) => text).join(''))).toEqual(code.split('\n'));
  });

  it('knows every language of the table', async () => {
    for (const language of Object.keys(languages) as Language[]) {
      await loadLanguage(language);
      expect([language, highlight('x = 1', language, colours)?.length]).toEqual([language, 1]);
    }
  });
});

describe('languages', () => {
  it.each([
    ['ts', 'typescript'],
    ['TSX', 'typescript'],
    ['c++ title="x"', 'cpp'],
    [' sh', 'bash'],
    ['html', 'xml'],
    ['klingon', null],
    ['', null],
    [undefined, null],
  ])('%j is %s', (info, language) => {
    expect(languageOf(info)).toBe(language);
  });

  it('are found in a text wherever code is fenced', () => {
    const text = '```ts\nx\n```\n\n  ~~~ python\ny\n~~~\n\n```\nplain\n```\n\ninline ```js\n';
    expect([...languagesIn(text)]).toEqual(['typescript', 'python']);
  });
});
