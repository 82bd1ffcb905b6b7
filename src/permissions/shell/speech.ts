/**
 * Words that a program is given as text: what people are to read, or which tests are meant. It neither runs nor opens them.
 */
import type {Form} from './forms.js';
import {subcommandAt} from './options.js';
import type {Field} from './types.js';

/** Programs that are given texts for people to read, names of branches, files of a project. */
const textual = /^(?:git|gh|glab|hg|jj|svn)$/;
export const speaksToPeople = (program: string): boolean => textual.test(program);

const textOption = /^(?:-[a-z]*m|--message|-b|--body|-t|--title|--notes|--reason|--trailer)$/;
const attachedText = /^(?:--(?:message|body|title|notes|reason|trailer|grep|author)=|-[aesvnq]*m.)/s;

/** Commands that run tests. */
const testing =
  /^(?:(?:npm|pnpm|yarn|bun) (?:run(?:-script)? )?(?:t|tst|(?:[\w.-]+:)*(?:test|spec|e2e|unit)(?:[:.-][\w:.-]+)?)|(?:cargo|go|deno|swift|mix) test|(?:(?:npx|bunx|pnpx|yarn|(?:pnpm|yarn|bundle) exec|(?:uv|poetry|pipenv) run|python3? -m) )*(?:jest|vitest|mocha|ava|playwright|rspec|pytest|py\.test|unittest))(?: |$)/;
const testOption = /^(?:-[tkg]|-run|--(?:testNamePattern|test-name-pattern|grep|fgrep|match|skip))$/;
const attachedTest = /^(?:-run|--(?:testNamePattern|test-name-pattern|grep|fgrep|match|skip))=/;

/** Whether a word of the command is such a text. @param before the word before it. */
type IsText = (text: string, before: string) => boolean;

const isSpoken: IsText = (text, before) => textOption.test(before) || attachedText.test(text);
const isTest: IsText = (text, before) => testOption.test(before) || attachedTest.test(text);

/** Null: none of its words is known to be text. */
export function textsOf(program: string, words: readonly Field[]): IsText | null {
  if (textual.test(program)) return isSpoken;
  const line = words.slice(1, 5).reduce((so, {text}) => `${so} ${text}`, program);
  return testing.test(line) ? isTest : null;
}

/** Of git's subcommands these are given what they shall run, or keep. */
const keeping = /^(?:config|bisect|submodule|alias|extension|filter-branch|hook)$/;

/** The words after the program without texts, and where it only speaks without the subcommand and plain words; null: none is text. */
export function withoutSpeech({program, words}: Form): readonly Field[] | null {
  const isText = textsOf(program, words);
  if (isText === null) return null;
  const rest = words.slice(1);
  const isPlain = textual.test(program);
  const subcommand = subcommandAt(words) - 1;
  const keeps = !isPlain || keeping.test(rest[subcommand]?.text ?? '');
  return rest.filter(({text}, at) => {
    const before = rest[at - 1]?.text ?? '';
    if ((isPlain && at === subcommand) || isText(text, before)) return false;
    return keeps || before.startsWith('-') || !/^[\w./@^~+][\w./@^~+-]*$/.test(text);
  });
}
