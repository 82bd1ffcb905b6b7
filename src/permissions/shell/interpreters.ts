/**
 * Interpreters that are given code on the line: whether it may start programs, or put their names together, so that no rule
 * could be held against it. What stands in a file is not looked at.
 */
import {isAwkHarmless} from './awk.js';
import type {Input} from './input.js';
import {mayBeOption} from './options.js';
import {isStream} from './paths.js';
import {isSedHarmless} from './sed.js';
import {type Field, hidden, isKnown} from './types.js';

interface Interpreter {
  /** The option that code follows, or that has it attached. */
  readonly code: RegExp;
  /** Modules that run their words, or what they read, as code. */
  readonly modules?: RegExp;
  /** With these words alone it says something about itself, and reads nothing. */
  readonly tells?: RegExp;
  /** What its code starts programs with, or evaluates text with. */
  readonly starts: RegExp;
}

const anything = /(?:)/;

const python: Interpreter = {
  code: /^-[bBdEhiIOqsSuvx]*c(.*)$/s,
  modules: /^(?:timeit|code|pdb|trace|doctest|profile|cProfile)$/,
  starts:
    /\b(?:system|popen\w*|exec\w*|eval|spawn\w*|posix_spawn\w*|fork\w*|startfile|subprocess|getoutput|getstatusoutput|pty|pexpect|ctypes|cffi|multiprocessing|importlib|import_module|runpy|timeit|getattr|attrgetter|methodcaller|globals|locals|vars|create_subprocess\w*|__(?:import|dict|builtins|getattribute|globals|subclasses|loader)\w*)\b|\bfrom\s+(?:os|posix)\b/,
};
const script: Interpreter = {
  code: /^(?:-[ip]*[ep]|--eval|--print|eval)(?:=|$)(.*)$/s,
  tells: /^(?:--(?:test|run|watch|help|check|v8-options|completion-bash)|-[vhc])/,
  starts:
    /child_process|worker_threads|getBuiltinModule|createRequire|mainModule|\b(?:eval|Function|binding|dlopen|Reflect|globalThis|constructor|execSync|spawn\w*|fork|Deno|Bun)\b|\bimport\s*\(|\brequire\b(?!\s*\(\s*(?:'[\w@./:-]*'|"[\w@./:-]*")\s*\))|['"](?:node:)?(?:vm|cluster|module|repl|inspector|process|bun)['"]|\bprocess\s*(?:\[|\?\.\[)|\\[ux]/,
};
const interpreters: readonly (readonly [RegExp, Interpreter])[] = [
  [/^(?:python|pypy)[\d.]*$/, python],
  [/^(?:node|nodejs|bun|deno|tsx|ts-node)$/, script],
  [
    /^perl[\d.]*$/,
    {
      code: /^-[acfilnpsStTuUwWX0\d]*[eE](.*)$/s,
      starts:
        /\b(?:system|exec|fork|syscall|readpipe|qx|open\w*|eval|do|require|IPC|CORE|POSIX)\b|`|&\s*[{$"']|->\s*[($]|\/[a-z]*ee[a-z]*\s*(?:[;}]|$)/,
    },
  ],
  [
    /^j?ruby[\d.]*$/,
    {
      code: /^-[aClnpswW\d]*e(.*)$/s,
      starts:
        /\b(?:system|exec|spawn|fork|popen\w*|eval|\w+_eval|send|__send__|public_send|method|const_get|Open3|PTY|Kernel|Process|syscall|binding)\b|\bIO\s*\.|(?<!File\.)\bopen\b|`|%x/,
    },
  ],
  [
    /^php[\d.]*$/,
    {
      code: /^-[rBRE](.*)$/s,
      starts:
        /\b(?:exec|shell_exec|system|passthru|popen|proc_open|pcntl_\w+|eval|assert|call_user_func\w*|array_\w+|usort|Reflection\w*|FFI|mail)\b|`|\$\w+\s*\(/,
    },
  ],
  [/^(?:lua|luajit)[\d.]*$/, {code: /^-e(.*)$/s, starts: /\b(?:execute|popen|load\w*|require|debug|_G|_ENV)\b/}],
  [/^(?:Rscript|julia|elixir|groovy|scala|guile|racket|m4|tclsh)$/, {code: /^-[eE](.*)$/s, starts: anything}],
];

const awk = /^[gmn]?awk$/;
const textEditors = /^(?:[gmn]?awk|g?sed)$/;
/** Commands, save those that only read, and indirect calls. */
const awkStarts =
  /\bsystem\b|\|&?\s*getline|print[^;}\n|]*\|(?!\s*"(?:sort|uniq|wc|head|tail|cat|column)[\w .-]*"\s*(?:[;}\n]|$))|@/;

/** Most programs are none. */
const mayBeOne = new RegExp(interpreters.map(([names]) => names.source).join('|'));

const interpreterFor = (program: string): Interpreter | undefined =>
  mayBeOne.test(program) ? interpreters.find(([names]) => names.test(program))?.[1] : undefined;

const evaluated = 'its code may start programs';
const reads = 'it runs what it reads';

/** Whether it is told to take a file from standard input. */
const isStandard = (text: string, before: string | undefined): boolean =>
  /^(?:-[A-Za-z]*f|--(?:make)?file=)(?:-|\/dev\/stdin)$/.test(text) ||
  (/^(?:-[A-Za-z]*f|--(?:make)?file)$/.test(before ?? '') && (text === '-' || isStream(text)));

export const isInterpreter = (program: string): boolean => interpreterFor(program) !== undefined;

/** Why it may run what the line does not show; null: it does not look so. */
export function hidesPrograms(program: string, rest: readonly Field[], input: Input): string | null {
  if (runsStream(program, rest, input)) return reads;
  if (awk.test(program)) {
    const code = rest.find(({text}, at) => !text.startsWith('-') && !/^-[vFfil]$/.test(rest[at - 1]?.text ?? ''));
    return code && mayStart(code.text, awkStarts) && !(isKnown(code) && isAwkHarmless(code.text)) ? evaluated : null;
  }
  if (/^g?make$/.test(program) && rest.some(({text}, at) => isStandard(text, rest[at - 1]?.text))) return reads;
  const interpreter = interpreterFor(program);
  if (interpreter === undefined) return null;
  const {starts, tells, modules} = interpreter;
  if (rest.some(({text}, at) => rest[at - 1]?.text === '-m' && modules?.test(text))) return evaluated;
  const given = codeIn(interpreter, rest);
  if (given.some(text => mayStart(text, starts))) return evaluated;
  if (given.length > 0 || rest.some(({text}) => isOperand(text) || tells?.test(text))) return null;
  return input === null || input.isRest || mayStart(input.text, starts) ? reads : null;
}

/** They run commands that stand in a file which they are given. */
const followers =
  /^(?:g?vim?|n?vim|view|ex|emacs|psql|mysql|mariadb|sqlite3?|duckdb|lldb|crontab|lftp|gnuplot|tmux|R|octave|ansible-playbook)$/;

/** Whether it is given a stream of code, `-f <(x)`, that is not known or may start programs. */
function runsStream(program: string, rest: readonly Field[], input: Input): boolean {
  const isFollower = followers.test(program);
  const interpreter = interpreterFor(program);
  if (!isFollower && !textEditors.test(program) && interpreter === undefined) return false;
  const isGiven = ({text}: Field): boolean => /\/dev\/fd\//.test(text) || (textEditors.test(program) && isStream(text));
  if (!(isFollower ? rest : runFrom(program, rest)).some(isGiven)) return false;
  if (input === null || input.isRest) return true;
  if (awk.test(program)) return mayStart(input.text, awkStarts) && !isAwkHarmless(input.text);
  if (textEditors.test(program)) return !isSedHarmless(input.text);
  return interpreter !== undefined && mayStart(input.text, interpreter.starts);
}

const codeIn = ({code}: Interpreter, rest: readonly Field[]): readonly string[] =>
  rest.flatMap(({text}, at) => {
    const [, attached] = code.exec(text) ?? [];
    return attached === undefined ? [] : [attached === '' ? (rest[at + 1]?.text ?? '') : attached];
  });

/** Whether it is given code on the line. */
export function runsCode(program: string, rest: readonly Field[]): boolean {
  const interpreter = interpreterFor(program);
  return interpreter !== undefined && codeIn(interpreter, rest).length > 0;
}

const quoted = /(["'`])([^"'`\n]{1,200})\1/g;

/** Names of files that code among its words may write: in quotes, after sed's `w`, or what is changed in place. */
export function namedInCode(program: string, rest: readonly Field[]): readonly string[] {
  const interpreter = interpreterFor(program);
  if (!textEditors.test(program) && (interpreter === undefined || codeIn(interpreter, rest).length === 0)) return [];
  const texts = rest.map(({text}) => text);
  const isInPlace = texts.some(text => /^(?:-[A-Za-z]*i|--in-place)/.test(text));
  return texts.flatMap(text => [
    ...[...text.matchAll(quoted)].map(([, , name = '']) => name),
    ...(/[wW]\s*(\S+)\s*$/m.exec(text)?.slice(1) ?? []),
    ...(isInPlace && /^[^-\s]\S*$/.test(text) ? [text] : []),
    // Where what was there before is kept.
    ...(/^(?:-[a-zA-Z]*i|--in-place=)(.*\/.*)$/s.exec(text)?.slice(1) ?? []),
  ]);
}

const isOperand = (text: string): boolean => !text.startsWith('-') && !isStream(text);

/** What is not known of it may be any text. */
const mayStart = (code: string, starts: RegExp): boolean =>
  starts.test(code) || (code.includes(hidden) && code.replaceAll(hidden, '').trim() === '');

/** The words of a program that may be files which it runs; of a program that is not known, any. */
export function runFrom(program: string, rest: readonly Field[]): readonly Field[] {
  if (textEditors.test(program))
    return rest.filter(
      (_, at) =>
        /^-[a-zA-Z]*f$|^--file$/.test(rest[at - 1]?.text ?? '') || /^(?:-f|--file=)./.test(rest[at]?.text ?? ''),
    );
  const interpreter = interpreterFor(program);
  if (interpreter === undefined) return rest;
  const code = rest.findIndex(({text}) => interpreter.code.test(text));
  if (code >= 0) return rest.slice(0, code);
  // After its own options comes what it runs, and then words for that.
  const end = rest.findIndex(
    (field, at) => !field.text.startsWith('-') && !mayBeOption(field) && !rest[at - 1]?.text.startsWith('-'),
  );
  return end < 0 ? rest : rest.slice(0, end + 1);
}
