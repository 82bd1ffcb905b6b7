import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseFrontMatter} from '../../src/agents/front-matter.js';

const parse = (...lines: readonly string[]) => parseFrontMatter(['---', ...lines, '---', 'The prompt.'].join('\n'));

function values(...lines: readonly string[]) {
  const parsed = parse(...lines);
  if (!parsed.ok) throw new Error(`${parsed.line}: ${parsed.problem}`);
  return Object.fromEntries([...parsed.fields].map(([key, {value}]) => [key, value]));
}

const fault = (...lines: readonly string[]): string => {
  const parsed = parse(...lines);
  return parsed.ok ? `no fault: ${JSON.stringify([...parsed.fields])}` : `${parsed.line}: ${parsed.problem}`;
};

describe('front matter', () => {
  it('is keys with texts, and the text below it', () => {
    const parsed = parseFrontMatter(
      '\uFEFF---\r\nname: reviewer\r\n\r\n# a remark\r\nmodel: haiku # cheap\r\n---\r\n\r\nRead.\r\nReport.\r\n',
    );
    expect(parsed).toEqual({
      ok: true,
      fields: new Map([
        ['name', {value: 'reviewer', line: 2}],
        ['model', {value: 'haiku', line: 5}],
      ]),
      body: 'Read.\nReport.',
    });
  });

  it.each([
    ['tools: Read, Grep, Glob', 'Read, Grep, Glob'],
    ['tools: [Read, "Grep", \'Glob\']', ['Read', 'Grep', 'Glob']],
    ['tools: [Read, "Bash(git:*)", \'Bash(a, b)\' , Grep]', ['Read', 'Bash(git:*)', 'Bash(a, b)', 'Grep']],
    ['tools: [Bash(git log, git show), Read]', ['Bash(git log, git show)', 'Read']],
    ['tools:\n  - Read\n  - "Grep" \n\n  # why not\n  - Glob # by name', ['Read', 'Grep', 'Glob']],
    ['tools:\n- Read\n- Grep', ['Read', 'Grep']],
    ['tools: [\n  Read,\n  Grep\n  ]', ['Read', 'Grep']],
    ['tools: []', []],
    ['tools:', ''],
    ['tools: "*"', '*'],
    ['tools: *', '*'],
  ])('takes a list as %j', (lines, expected) => {
    expect(values(...lines.split('\n'))).toEqual({tools: expected});
  });

  it.each([
    ['description: Use it when: something (e.g. #12) fails', 'Use it when: something (e.g. #12) fails'],
    ['description: "He said \\"no\\".\\nThen: yes" # why', 'He said "no".\nThen: yes'],
    ["description: 'It''s fine: # here'", "It's fine: # here"],
    ['description: one line\n  and its continuation', 'one line and its continuation'],
    ['description: |\n  one\n    two\n\n  three\n', 'one\n  two\n\nthree'],
    ['description: >-\n  one\n  two\n\n  three', 'one two\nthree'],
    ['description: 5', '5'],
  ])('takes a text as %j', (lines, expected) => {
    expect(values(...lines.split('\n'))).toEqual({description: expected});
  });

  it('has null for what is nested, and goes on behind it', () => {
    expect(values('hooks:', '  PreToolUse:', '    - matcher: Bash', 'name: x')).toEqual({hooks: null, name: 'x'});
  });

  it.each([
    [['name: x', 'Read everything.'], '3: expected "key: value"'],
    [['name:x'], '2: expected "key: value"'],
    [['- name'], '2: expected "key: value"'],
    [['name: x', 'model: y', 'name: z'], '4: "name" is there twice'],
    [['name: "x'], '2: this quoted text is not closed or not valid'],
    [['name: "\\q"'], '2: this quoted text is not closed or not valid'],
    [["name: 'x' y"], '2: this quoted text is not closed or not valid'],
    [['tools: [a, b'], '2: the list has no closing "]"'],
    [['name: {a: b}'], '2: a text that begins with "{" needs quotes'],
    [['name: &anchor x'], '2: a text that begins with "&" needs quotes'],
  ])('names the line of what it does not understand: %j', (lines, expected) => {
    expect(fault(...lines)).toBe(expected);
  });

  it('has to begin with the first line and to end', () => {
    expect(parseFrontMatter('# A readme')).toMatchObject({ok: false, line: 1});
    expect(parseFrontMatter('')).toMatchObject({ok: false, line: 1});
    expect(parseFrontMatter('\n---\nname: x\n---\n')).toMatchObject({ok: false, line: 1});
    expect(parseFrontMatter('---\nname: x\n')).toMatchObject({
      ok: false,
      problem: 'the front matter has no closing line "---"',
    });
  });

  it('takes the separators of Unicode, which end no line here, for text', () => {
    expect(values('key: one\u2028two\u2029three')).toEqual({key: 'one\u2028two\u2029three'});
    expect(values('key: one # a\u2028remark')).toEqual({key: 'one'});
  });

  it('gives back every text that was quoted, and never throws', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), text => {
        expect(values(`key: ${JSON.stringify(text)}`)).toEqual({key: text});
        const single = text.replace(/[\r\n]/g, ' ');
        expect(values(`key: '${single.replaceAll("'", "''")}'`)).toEqual({key: single});
      }),
    );
    const pieces = fc.constantFrom(
      '---',
      '\n',
      'a:',
      ' ',
      '- ',
      '"',
      "'",
      '[',
      ']',
      '|',
      '>',
      '#',
      ':',
      'x',
      '\t',
      '{',
    );
    fc.assert(
      fc.property(fc.array(pieces, {maxLength: 40}), parts => {
        const lines = parts.join('').split('\n').length + 2;
        const parsed = parse(parts.join(''));
        if (!parsed.ok) expect(parsed.line).toBeLessThanOrEqual(lines);
      }),
    );
  });
});
