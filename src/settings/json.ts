/**
 * Parses JSON and remembers where everything stands, so that a fault in a settings file can be named by line and
 * column. `JSON.parse` says the position in some of its messages only, and never that of a wrong value.
 */

/** Line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type ParsedJson =
  /** `placeOf` gives the place of the value at that path of keys, or of the nearest value around it. */
  | {readonly ok: true; readonly value: unknown; placeOf(path: readonly PropertyKey[]): Place}
  | {readonly ok: false; readonly message: string; readonly place: Place};

class Fault extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

interface Reader {
  readonly text: string;
  offset: number;
  /** Where each value starts, by its path as JSON. */
  readonly starts: Map<string, number>;
}

/** Deeper nesting is no settings file; a limit keeps a hostile one from exhausting the stack. */
const deepest = 100;

const pathKey = (path: readonly PropertyKey[]): string => JSON.stringify(path.map(String));

function fail(reader: Reader, expected: string, offset = reader.offset): never {
  const found =
    offset < reader.text.length
      ? JSON.stringify(String.fromCodePoint(reader.text.codePointAt(offset) ?? 0))
      : 'the end of the file';
  throw new Fault(`expected ${expected}, found ${found}`, offset);
}

function skipBlanks(reader: Reader): void {
  while (' \t\r\n'.includes(reader.text[reader.offset] ?? 'x')) reader.offset += 1;
}

function skipTo(reader: Reader, mark: string, expected: string): void {
  skipBlanks(reader);
  if (reader.text[reader.offset] !== mark) fail(reader, expected);
  reader.offset += 1;
}

/** A string, number or word: the longest text that can be one, checked by `JSON.parse`. */
function readScalar(reader: Reader): unknown {
  const start = reader.offset;
  const token = /"(?:\\.|[^"\\\n])*"?|[^\s,\]}:"[{]+/y;
  token.lastIndex = start;
  const text = token.exec(reader.text)?.[0];
  if (text === undefined) fail(reader, 'a value');
  reader.offset = start + text.length;
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault(
      text.startsWith('"') ? 'this string is not closed or not valid' : `${JSON.stringify(text)} is no JSON value`,
      start,
    );
  }
}

function readItems(reader: Reader, close: string, readItem: () => void): void {
  reader.offset += 1;
  skipBlanks(reader);
  if (reader.text[reader.offset] === close) {
    reader.offset += 1;
    return;
  }
  for (;;) {
    readItem();
    skipBlanks(reader);
    const mark = reader.text[reader.offset];
    if (mark !== ',' && mark !== close) fail(reader, `"," or "${close}"`);
    reader.offset += 1;
    if (mark === close) return;
  }
}

function readObject(reader: Reader, path: readonly PropertyKey[]): unknown {
  const entries = new Map<string, unknown>();
  readItems(reader, '}', () => {
    skipBlanks(reader);
    if (reader.text[reader.offset] !== '"') fail(reader, 'a key in double quotes');
    const keyStart = reader.offset;
    const key = String(readScalar(reader));
    if (entries.has(key)) throw new Fault(`the key ${JSON.stringify(key)} is there twice`, keyStart);
    skipTo(reader, ':', '":"');
    entries.set(key, readValue(reader, [...path, key]));
  });
  return Object.fromEntries(entries);
}

function readArray(reader: Reader, path: readonly PropertyKey[]): unknown {
  const values: unknown[] = [];
  readItems(reader, ']', () => values.push(readValue(reader, [...path, values.length])));
  return values;
}

function readValue(reader: Reader, path: readonly PropertyKey[]): unknown {
  skipBlanks(reader);
  if (path.length > deepest) throw new Fault(`nested deeper than ${deepest} levels`, reader.offset);
  reader.starts.set(pathKey(path), reader.offset);
  switch (reader.text[reader.offset]) {
    case '{':
      return readObject(reader, path);
    case '[':
      return readArray(reader, path);
    default:
      return readScalar(reader);
  }
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return {line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1};
}

/** Parses a whole text as one JSON value. A byte order mark at its start is skipped. */
export function parseJson(text: string): ParsedJson {
  const reader: Reader = {text, offset: text.startsWith('\uFEFF') ? 1 : 0, starts: new Map()};
  try {
    const value = readValue(reader, []);
    skipBlanks(reader);
    if (reader.offset < text.length) fail(reader, 'the end of the file');
    const placeOf = (path: readonly PropertyKey[]): Place => {
      const start = reader.starts.get(pathKey(path));
      return start === undefined && path.length > 0 ? placeOf(path.slice(0, -1)) : placeAt(text, start ?? 0);
    };
    return {ok: true, value, placeOf};
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {ok: false, message: error.message, place: placeAt(text, error.offset)};
  }
}
