/**
 * Commands that run another command which stands among their words, or as code in one of them. Each says what it would
 * run and whether it needs a question of its own; what cannot be read from its words is said, never guessed.
 */

import type {Input} from './input.js';
import {unwrapFd, unwrapFind, unwrapXargs} from './many.js';
import {readWords} from './options.js';
import {isStream} from './paths.js';
import {isVersionCall} from './readers.js';
import {isShell, runsInput, unwrapShell} from './shells.js';
import {type Field, hidden, isKnown, knownField} from './types.js';
import {guess, nothing, optionsFor, unclear, type Wrapped} from './wrapped.js';

interface Row {
  readonly options: string;
  /** Operands of its own before the command. */
  readonly skip?: number;
  readonly asks?: string;
}

const rootReason = 'it runs with the rights of another user';

/** Of these, only with such a word. */
const runningWords: Readonly<Record<string, RegExp>> = {
  npm: /^(?:exec|x)$/,
  pnpm: /^(?:exec|dlx)$/,
  yarn: /^(?:exec|dlx)$/,
  bun: /^x$/,
  poetry: /^run$/,
  pipenv: /^run$/,
  uv: /^run$/,
  conda: /^run$/,
  bundle: /^exec$/,
  mise: /^(?:exec|x)$/,
  asdf: /^exec$/,
  rbenv: /^exec$/,
  docker: /^(?:exec|run)$/,
  podman: /^(?:exec|run)$/,
  kubectl: /^(?:exec|run)$/,
  git: /^(?:foreach|run|-x|--exec)$/,
  'nix-shell': /^--(?:run|command)$/,
  nix: /^(?:run|shell|develop)$/,
};

/** Options, own operands, command. */
const rows: Readonly<Record<string, Row>> = {
  timeout: {options: '-v -k# -s# --foreground --preserve-status --verbose --kill-after# --signal#', skip: 1},
  nice: {options: '-0 -n# --adjustment#'},
  ionice: {options: '-t -c# -n# --class# --classdata# --ignore'},
  nohup: {options: ''},
  stdbuf: {options: '-i# -o# -e# --input# --output# --error#'},
  setsid: {options: '-cfw --ctty --fork --wait'},
  taskset: {options: '-ac --all-tasks --cpu-list', skip: 1},
  chrt: {options: '-abfior --batch --fifo --idle --other --rr', skip: 1},
  time: {options: '-pv -f# --portability --verbose --format#'},
  builtin: {options: ''},
  exec: {options: '-cl -a#'},
  busybox: {options: ''},
  toybox: {options: ''},
  noglob: {options: ''},
  nocorrect: {options: ''},
  caffeinate: {options: '-dimsu -t# -w#'},
  sudo: {
    options:
      '-AbEeHiKklnPSsvV -u# -g# -h# -p# -C# -r# -t# -T# -U# -R# -D# --user# --group# --preserve-env? --login --shell --non-interactive --stdin --set-home --host# --chdir# --askpass --background',
    asks: rootReason,
  },
  doas: {options: '-Lns -u# -C#', asks: rootReason},
  chroot: {options: '--groups# --userspec# --skip-chdir', skip: 1, asks: 'it changes the root folder'},
  flock: {
    options: '-sxeunFov -w# -E# --shared --exclusive --nonblock --timeout# --close --verbose',
    skip: 1,
    asks: 'it makes a lock file',
  },
  strace: {
    options: '-cCdfFhiqrtTvVxyz -a# -e# -E# -I# -o# -O# -p# -P# -s# -S# -u# -U#',
    asks: 'it watches another program',
  },
};

/** They start what their words say, in ways of their own: never let through for what is seen of it. */
const runners = new Set(
  (
    'unshare nsenter ltrace valgrind gdb perf firejail bwrap proxychains proxychains4 torsocks unbuffer rlwrap fakeroot dbus-run-session ' +
    'xvfb-run systemd-run entr watchexec nodemon hyperfine dotenv direnv npx bunx pnpx uvx pkexec runuser run0 setpriv capsh chpst ' +
    'numactl cpulimit prlimit setarch linux32 linux64 tini dumb-init parallel tmux screen script expect at batch gtimeout gnice gstdbuf ' +
    'genv gxargs gfind trickle choom ld.so daemonize start-stop-daemon ssh su rsh xterm osascript dash-run coproc'
  ).split(' '),
);

const isRunner = (program: string, words: readonly Field[]): boolean =>
  runners.has(program) ||
  (Object.hasOwn(runningWords, program) && words.some(({text}) => runningWords[program]?.test(text)));

/** It may also run what comes in. */
function unwrapRunner(words: readonly Field[], input: Input): Wrapped {
  const {scripts, ...rest} = guess(words);
  return {
    ...nothing,
    ...rest,
    scripts: input === null ? scripts : [...scripts, input.text],
    blind: rest.blind || (input === null && words.some(({text}) => isStream(text))),
    asks: 'it runs other programs',
  };
}

/** `bash -n x.sh`: the shell reads the file and runs nothing of it. */
const checksSyntax = (program: string, [option, file, ...more]: readonly Field[]): boolean =>
  /^(?:bash|sh|dash)$/.test(program) &&
  option?.text === '-n' &&
  file !== undefined &&
  isKnown(file) &&
  !/^[-+]/.test(file.text) &&
  more.length === 0;

/** What this command runs; null if it is no wrapper. */
export function unwrap(program: string, words: readonly Field[], input: Input): Wrapped | null {
  const rest = words.slice(1);
  if (
    isVersionCall(
      program,
      rest.map(({text}) => text),
    )
  )
    return null;
  if (Object.hasOwn(rows, program)) return unwrapRow(program, rows[program] as Row, words, input);
  if (checksSyntax(program, rest)) return null;
  if (isShell(program)) return unwrapShell(program, rest, input);
  switch (program) {
    case 'env':
      return unwrapEnv(words);
    case 'command':
      return /^-[vV]+$/.test(rest[0]?.text ?? '') ? null : unwrapRow(program, {options: '-p'}, words, input);
    case 'eval':
      return {
        ...nothing,
        here: true,
        scripts: [joined(rest.filter((field, index) => index > 0 || field.text !== '--'))],
      };
    case 'xargs':
      return unwrapXargs(words, input?.listing);
    case 'find':
    case 'gfind':
      return unwrapFind(words);
    case 'fd':
    case 'fdfind':
      return unwrapFd(words);
    case 'run-parts':
      return {...unclear, asks: 'it runs whatever lies in a folder', blind: true};
    case 'watch':
      return unwrapWatch(rest);
    case 'trap':
      return unwrapTrap(rest);
    default:
      return isRunner(program, words) ? unwrapRunner(words, input) : null;
  }
}

function unwrapRow(program: string, row: Row, words: readonly Field[], input: Input): Wrapped {
  const read = readWords(words.slice(1), optionsFor(program, row.options), true, row.skip);
  if (read === null) return {...unclear, ...guess(words)};
  const {assignments, command} = takeAssignments(
    read.operands.slice(row.skip ?? 0),
    program === 'sudo' || program === 'doas',
  );
  // Without a command it is a shell with other rights that they start.
  if (command.length === 0 && row.asks !== undefined) return {...runsInput('bash', input), assignments, asks: row.asks};
  return {
    ...nothing,
    commands: command.length > 0 ? [command] : [],
    at: command.length > 0 ? words.length - command.length : -1,
    assignments,
    asks: row.asks ?? null,
  };
}

function takeAssignments(
  words: readonly Field[],
  may: boolean,
): {readonly assignments: readonly string[]; readonly command: readonly Field[]} {
  const end = may ? words.findIndex(word => !/^[^=]+=/.test(word.text)) : 0;
  const count = end < 0 ? words.length : end;
  return {assignments: words.slice(0, count).map(({text}) => text), command: words.slice(count)};
}

function unwrapEnv(words: readonly Field[]): Wrapped {
  const text = '-i0v -u# -C# --ignore-environment --null --debug --unset# --chdir#';
  const rest = words.slice(1).filter((word, index) => index > 0 || word.text !== '-');
  const split = rest.findIndex(({text}) => /^(?:-[i0v]*S|--split-string)/.test(text));
  if (split >= 0) {
    const line = rest
      .slice(split)
      .map(field => field.text.replace(/^(?:-[i0v]*S|--split-string=?)/, ''))
      .join(' ');
    return {...unclear, scripts: [line.includes(hidden) ? null : line]};
  }
  const read = readWords(rest, optionsFor('env', text), true);
  if (read === null) return {...unclear, ...guess(words)};
  const {assignments, command} = takeAssignments(read.operands, true);
  const goes = read.options.has('-C') || read.options.has('--chdir');
  if (command.length === 0) return {...nothing, assignments, asks: 'it shows the environment, secrets included'};
  return {
    ...nothing,
    commands: [command],
    at: words.length - command.length,
    assignments,
    asks: goes ? 'it runs in another folder' : null,
  };
}

function unwrapWatch(rest: readonly Field[]): Wrapped {
  const text =
    '-bcdegptwxC -n# --interval# --differences? --no-title --beep --errexit --chgexit --color --exec --precise --no-wrap';
  const read = readWords(rest, optionsFor('watch', text), true);
  if (read === null) return {...unclear, ...guess([knownField('watch'), ...rest])};
  if (read.options.has('-x') || read.options.has('--exec')) return {...nothing, commands: [read.operands]};
  return {...nothing, scripts: [joined(read.operands)]};
}

/** Code that may leave something behind. */
const changing =
  /=|\(\s*\)|\b(?:cd|pushd|popd|read|eval|export|declare|typeset|unset|source|set|function|alias|mapfile|printf|let)\b|^\s*\./;

function unwrapTrap(rest: readonly Field[]): Wrapped {
  const words = rest[0]?.text === '--' ? rest.slice(1) : rest;
  const [action] = words;
  if (action === undefined || words.length === 1 || /^(?:-[lp]*|)$/.test(action.text)) return nothing;
  const script = isKnown(action) ? action.text : null;
  const changes = script !== null && changing.test(script);
  const asks = changes ? 'it may change what follows at any time' : null;
  return {...nothing, here: true, scripts: [script], blind: changes, asks};
}

/** The code that words make when they are put together; null if any is not known. */
const joined = (words: readonly Field[]): string | null =>
  words.every(isKnown) ? words.map(({text}) => text).join(' ') : null;
