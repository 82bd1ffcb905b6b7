/**
 * Which files a `find` hands to the commands that it runs: by the tests that stand before them, taken so that none is left
 * out. Tests that are negated only take files away, and so do all that are not about names.
 */
import {mayFit, type Tree} from './trees.js';
import {type Field, isKnown, knownField} from './types.js';

/** Programs that tell of a file no more than its name and its state. */
export const tellsNames =
  /^(?:echo|printf|ls|stat|test|\[|basename|dirname|realpath|readlink|du|rm|rmdir|touch|chmod|true)$/;

const action = /^-(?:exec|execdir|ok|okdir)$/;

/** The folders, each with what of it may come to a command that opens it. */
export function treesFound(words: readonly Field[]): readonly Tree[] {
  const trees: Tree[] = [];
  const before: Field[] = [];
  for (let at = 1; at < words.length; at += 1) {
    const field = words[at];
    if (field === undefined) break;
    if (!action.test(field.text)) {
      before.push(field);
      continue;
    }
    const holds = testOf(before);
    const shows = !tellsNames.test(words[at + 1]?.text ?? '');
    const follows = followsOf(words);
    if (shows)
      trees.push(
        ...rootsOf(words).map(folder => ({
          folder,
          holds: (name: string) => holds(`${folder.text}/${name}`),
          ...(follows && {follows}),
        })),
      );
    while (at < words.length && !isEnd(words, at)) at += 1;
  }
  return trees;
}

/** Links that it goes by, or hands on: none where it looks for nothing but files. */
function followsOf(words: readonly Field[]): Tree['follows'] {
  const texts = words.map(({text}) => text);
  if (texts.some(text => /^-(?:L|follow)$/.test(text))) return 'all';
  const isForked = texts.some(text => /^(?:!|-not|-o|-or|,|\\?[()])$/.test(text));
  const isFiles = texts.some(
    (text, at) => text === '-type' && texts[at + 1] === 'f' && at < texts.findIndex(each => action.test(each)),
  );
  return isFiles && !isForked ? undefined : 'files';
}

/** Where the command that find runs is over. */
const isEnd = (words: readonly Field[], at: number): boolean =>
  words[at]?.text === ';' || (words[at]?.text === '+' && words[at - 1]?.text.includes('{}') === true);

/** What a `find` that runs nothing tells of: the tests that all stand before its end. */
export const testOfFound = (words: readonly Field[]): Test => testOf(words.slice(1));

/** Where it looks. */
export function rootsOf(words: readonly Field[]): readonly Field[] {
  const end = words.findIndex(({text}, index) => index > 0 && /^[-(!]/.test(text) && !/^-[HLP]$/.test(text));
  const folders = words.slice(1, end < 0 ? undefined : end).filter(({text}) => !text.startsWith('-'));
  return folders.length > 0 ? folders : [knownField('.')];
}

/** Of a path as find tells it. */
type Test = (path: string) => boolean;

/**
 * Each branch between two `-o` holds if all its tests do. Parentheses are not looked at: without them there are only more files
 * that fit, save where one is negated.
 */
function testOf(words: readonly Field[]): Test {
  const branches: Test[][] = [[]];
  for (const [at, field] of words.entries()) {
    const isNegated = /^(?:!|-not)$/.test(words[at - 1]?.text ?? '');
    if (isNegated && field.text.endsWith('(')) return () => true;
    if (/^(?:-o|-or|,)$/.test(field.text)) branches.push([]);
    const value = words[at + 1];
    const test = value && isKnown(value) && !isNegated ? testOfName(field.text, value.text) : null;
    if (test) branches.at(-1)?.push(test);
  }
  return path => branches.some(tests => tests.every(holds => holds(path)));
}

function testOfName(option: string, value: string): Test | null {
  if (/^-i?name$/.test(option)) return path => mayFit(value, path.slice(path.lastIndexOf('/') + 1));
  return /^-i?(?:path|wholename)$/.test(option) ? path => mayFit(value, path) : null;
}
