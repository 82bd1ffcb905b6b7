/**
 * Decodes what the terminal sends into keys, typed text and pastes. Sequences and pastes may be split anywhere. A lone
 * escape and a paste without its end marker cannot be told from unfinished ones: the owner calls `settle` when nothing
 * more came for a while.
 */

export type Input =
  /** A key by its chord, modifiers in the order ctrl, alt, shift: `a`, `ctrl+a`, `shift+enter`, `up`. */
  | {readonly type: 'key'; readonly chord: string}
  /** Printable text as typed; what came in one read stays together. */
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'paste'; readonly text: string};

export interface InputDecoder {
  push(chunk: string): readonly Input[];
  /** What `settle` waits for. */
  readonly pending: 'nothing' | 'escape' | 'paste';
  /** Takes what is pending as complete. */
  settle(): readonly Input[];
}

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';

/** CSI (with parameters and final byte), SS3, or alt with one character. */
const sequence = /^\x1b(?:\[([\x30-\x3f]*)[\x20-\x2f]*([\x40-\x7e])|O([\x40-\x7e])|([^[O\x1b]))/u;
const unfinished = /^\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*|O)?$/;

const finals: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  Z: 'shift+tab',
  M: 'enter',
};
const numbers: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};
const codes: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
  57414: 'enter',
};
const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'ctrl+j',
  '\t': 'tab',
  '\x00': 'ctrl+space',
  '\x1b': 'escape',
  '\x1c': 'ctrl+\\',
  '\x1d': 'ctrl+]',
  '\x1e': 'ctrl+^',
  '\x1f': 'ctrl+_',
  '\x7f': 'backspace',
};

const key = (chord: string): Input => ({type: 'key', chord});

/** `modifiers` is the protocols' number: 1 plus a bit each for shift, alt, ctrl; lock keys are ignored. */
function withModifiers(name: string, modifiers: number): string {
  const bits = modifiers > 0 ? modifiers - 1 : 0;
  return `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${bits & 1 ? 'shift+' : ''}${name}`;
}

function controlChord(character: string): string {
  return controls[character] ?? `ctrl+${String.fromCharCode(character.charCodeAt(0) + 96)}`;
}

function codeInput(code: number, modifiers: number): Input | null {
  const name = codes[code] ?? (code >= 32 && code < 57_344 ? String.fromCodePoint(code).toLowerCase() : undefined);
  if (name === undefined) return null;
  const hasOnlyShift = ((modifiers > 0 ? modifiers - 1 : 0) & ~(1 | 64 | 128)) === 0;
  if (hasOnlyShift && (codes[code] === undefined || code === 32))
    return {type: 'text', text: String.fromCodePoint(code)};
  return key(withModifiers(name, modifiers));
}

/** The code of a key; with ctrl or alt that of the Latin layout, if the terminal tells it: `1089::99;5` is ctrl+c. */
function latin(parameters: string, code: number, modifiers: number): number {
  const [, , base] = (parameters.split(';')[0] ?? '').split(':');
  return base && (modifiers - 1) & 6 ? Number.parseInt(base, 10) : code;
}

function csiInput(parameters: string, final: string): Input | null {
  if (/^[<?>]/.test(parameters)) return null;
  const [first = 0, second = 0, third = 0] = parameters.split(';').map(part => Number.parseInt(part, 10) || 0);
  if (final === 'u') return codeInput(latin(parameters, first, second), second);
  if (final === '~' && first === 27) return codeInput(third, second);
  const name = final === '~' ? numbers[first] : finals[final];
  return name === undefined ? null : key(withModifiers(name, second));
}

function sequenceInput(match: RegExpExecArray): Input | null {
  const [, parameters, final, shifted, alted] = match;
  if (final !== undefined) return csiInput(parameters ?? '', final);
  if (shifted !== undefined) return finals[shifted] === undefined ? null : key(finals[shifted]);
  if (alted === undefined) return null;
  return key(`alt+${alted < ' ' || alted === '\x7f' ? controlChord(alted) : alted.toLowerCase()}`);
}

/** Pasted text as it goes into a draft: line feeds for every kind of line end, no control characters but tabs. */
export function cleanPaste(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '');
}

/** A read without escapes. Three lines in one were not typed: the terminal pasted without marks. */
function plainInputs(text: string): Input[] {
  if (/[\r\n][^\r\n]+[\r\n]+[^\r\n]/.test(text)) return [{type: 'paste', text: cleanPaste(text)}];
  return text
    .split(/([\x00-\x1f\x7f])/)
    .filter(part => part !== '')
    .map(part => (part < ' ' || part === '\x7f' ? key(controlChord(part)) : {type: 'text', text: part}));
}

export function createInputDecoder(): InputDecoder {
  let rest = '';
  /** The pieces of an open paste, or null outside one. */
  let pasted: string[] | null = null;

  const takePaste = (inputs: Input[]): void => {
    const end = rest.indexOf(pasteEnd);
    if (end < 0) {
      let kept = Math.min(rest.length, pasteEnd.length - 1);
      while (kept > 0 && !pasteEnd.startsWith(rest.slice(rest.length - kept))) kept--;
      pasted?.push(rest.slice(0, rest.length - kept));
      rest = rest.slice(rest.length - kept);
      return;
    }
    pasted?.push(rest.slice(0, end));
    rest = rest.slice(end + pasteEnd.length);
    const isInside = nextIndex(rest, pasteEnd) < nextIndex(rest, pasteStart);
    if (isInside) {
      takePaste(inputs);
      return;
    }
    inputs.push({type: 'paste', text: cleanPaste((pasted ?? []).join(''))});
    pasted = null;
  };

  const takeSequence = (inputs: Input[]): boolean => {
    if (rest.startsWith(pasteStart)) {
      rest = rest.slice(pasteStart.length);
      pasted = [];
      return true;
    }
    const match = sequence.exec(rest);
    if (!match) {
      if (unfinished.test(rest)) return false;
      inputs.push(key('escape'));
      rest = rest.slice(1);
      return true;
    }
    const input = sequenceInput(match);
    if (input) inputs.push(input);
    rest = rest.slice(match[0].length);
    return true;
  };

  const take = (): readonly Input[] => {
    const inputs: Input[] = [];
    while (rest !== '') {
      if (pasted) {
        takePaste(inputs);
        if (pasted) break;
      } else if (rest.startsWith('\x1b')) {
        if (!takeSequence(inputs)) break;
      } else {
        const end = nextIndex(rest, '\x1b');
        inputs.push(...plainInputs(rest.slice(0, end)));
        rest = rest.slice(end);
      }
    }
    return inputs;
  };

  return {
    push(chunk) {
      rest += chunk;
      return take();
    },
    get pending() {
      return pasted ? 'paste' : rest === '' ? 'nothing' : 'escape';
    },
    settle() {
      if (pasted) {
        const text = cleanPaste(pasted.join('') + rest);
        pasted = null;
        rest = '';
        return text === '' ? [] : [{type: 'paste', text}];
      }
      const left = rest;
      rest = '';
      return left === '' ? [] : [key('escape'), ...plainInputs(left.slice(1))];
    },
  };
}

function nextIndex(text: string, wanted: string): number {
  const index = text.indexOf(wanted);
  return index < 0 ? text.length : index;
}
