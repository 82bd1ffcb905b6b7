/**
 * The head of a Markdown file between two lines of `---`: the part of YAML that agent files are written in. A key has a
 * text (plain, quoted, or a block after `|` or `>`) or a list of texts. Whatever else stands there is named with its
 * line, never guessed at: a key with something nested below it has the value null.
 */

export type FieldValue = string | readonly string[] | null;

/** `line` counts from 1. */
export interface Field {
  readonly value: FieldValue;
  readonly line: number;
}

export type FrontMatter =
  /** `body` is what stands below, without blank space around it. */
  | {readonly ok: true; readonly fields: ReadonlyMap<string, Field>; readonly body: string}
  | {readonly ok: false; readonly line: number; readonly problem: string};

class Fault extends Error {
  constructor(
    readonly line: number,
    problem: string,
  ) {
    super(problem);
  }
}

const isIndented = (line: string): boolean => /^\s/.test(line) || line === '';
const isRemark = (line: string): boolean => /^\s*(#|$)/.test(line);

/** Reads a whole file. */
export function parseFrontMatter(text: string): FrontMatter {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines.findIndex((line, at) => at > 0 && /^---\s*$/.test(line));
  if (!/^---\s*$/.test(lines[0] ?? '')) return {ok: false, line: 1, problem: 'it does not begin with a line "---"'};
  if (end === -1) return {ok: false, line: 1, problem: 'the front matter has no closing line "---"'};
  try {
    return {
      ok: true,
      fields: readFields(lines.slice(0, end)),
      body: lines
        .slice(end + 1)
        .join('\n')
        .trim(),
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {ok: false, line: error.line, problem: error.message};
  }
}

/** `lines` begin with the opening mark, so that an index is a line's number less one. */
function readFields(lines: readonly string[]): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (let at = 1; at < lines.length; ) {
    const line = lines[at] ?? '';
    const number = at + 1;
    at += 1;
    if (isRemark(line)) continue;
    const [, key, head = ''] = /^([A-Za-z][\w-]*)\s*:(?:\s+(.*))?$/s.exec(line) ?? [];
    if (key === undefined) throw new Fault(number, 'expected "key: value"');
    if (fields.has(key)) throw new Fault(number, `"${key}" is there twice`);
    const start = at;
    while (at < lines.length && belongsBelow(lines[at] ?? '', head)) at += 1;
    fields.set(key, {value: readValue(head.trim(), lines.slice(start, at), number), line: number});
  }
  return fields;
}

/** A list may stand as far left as its key. */
const belongsBelow = (line: string, head: string): boolean =>
  isIndented(line) || (withoutRemark(head) === '' && /^-\s/.test(line));

/** A remark begins with a blank, a `#` and a blank: a description may well speak of `#12`. */
const withoutRemark = (text: string): string => text.replace(/(^|\s)#\s.*$/s, '').trim();

function readValue(head: string, below: readonly string[], line: number): FieldValue {
  if (/^[|>][+-]?\d?$/.test(withoutRemark(head))) return readBlock(head.startsWith('>'), below);
  const rest = below.filter(text => !isRemark(text)).map(text => text.trim());
  if (withoutRemark(head) === '') return readBelow(rest, line);
  const whole = [head, ...rest].join(' ').trim();
  if (/^["']/.test(whole)) return unquote(withoutRemarkBehindQuote(whole), line);
  if (whole.startsWith('[')) return readInlineList(withoutRemark(whole), line);
  if (/^[{&*!@`%]/.test(whole) && whole !== '*')
    throw new Fault(line, `a text that begins with "${whole[0]}" needs quotes`);
  return withoutRemark(whole);
}

/** What stands below a key without a value of its own: a list, or something nested, or nothing. */
function readBelow(rest: readonly string[], line: number): FieldValue {
  if (rest.length === 0) return '';
  if (!rest.every(text => /^-\s+\S/.test(text))) return null;
  return rest.map(text => readItem(withoutRemark(text.slice(1)), line));
}

function readBlock(isFolded: boolean, below: readonly string[]): string {
  const first = below.find(text => text.trim() !== '') ?? '';
  const indent = first.length - first.trimStart().length;
  const lines = below.map(text => text.slice(Math.min(indent, text.length - text.trimStart().length)).trimEnd());
  const text = lines.join('\n').trim();
  return isFolded ? text.replace(/([^\n])\n(?!\n)/g, '$1 ').replace(/\n\n/g, '\n') : text;
}

function readInlineList(text: string, line: number): readonly string[] {
  if (!text.endsWith(']')) throw new Fault(line, 'the list has no closing "]"');
  const items = text.slice(1, -1).match(/\s*"(?:\\.|[^"\\])*"|\s*'(?:''|[^'])*'|[^,([]+(\([^)]*\)?)?/g) ?? [];
  return items.map(item => readItem(item.trim(), line)).filter(item => item !== '');
}

const readItem = (text: string, line: number): string =>
  /^["']/.test(text.trim()) ? unquote(text.trim(), line) : text.trim();

const withoutRemarkBehindQuote = (text: string): string =>
  /^("(?:\\.|[^"\\])*"|'(?:''|[^'])*')\s+#\s/.exec(text)?.[1] ?? text;

function unquote(text: string, line: number): string {
  if (/^'(?:''|[^'])*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  try {
    if (/^"(?:\\.|[^"\\])*"$/.test(text)) return String(JSON.parse(text));
  } catch {
    // Said below: an escape that JSON does not know.
  }
  throw new Fault(line, 'this quoted text is not closed or not valid');
}
