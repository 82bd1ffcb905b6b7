/**
 * The narrowest rule worth remembering for a command: its very words. Only for a few commands, of which whatever follows is no
 * more harmful than what was approved, also the same with other words behind. None for what runs code that it is given, or
 * reaches beyond what its words show.
 */
import {textOf, toForm} from './forms.js';
import {type Field, isKnown} from './types.js';

/**
 * Beginnings that may go on in any way: the project's own scripts and tests, and git where it only notes what is there. Options
 * that start other programs are not among what follows: see carriers.ts.
 */
const open =
  /^(?:(?:npm|pnpm|yarn|bun) (?:test|run [\w:.-]+)|npm run-script [\w:.-]+|git add|git commit -a?m|cargo (?:test|check|clippy)|go (?:test|vet)|pytest|jest|vitest(?: run)?)(?= |$)/;

/** Whatever follows, it would run code that no rule names, or the rule would be of no use again. */
const runsAnything =
  /^(?:(?:docker|podman) (?:run|exec|compose (?:run|exec))|kubectl (?:exec|run|debug)|npm exec|pnpm (?:exec|dlx)|yarn (?:exec|dlx)|bun (?:x|exec)|go run|deno (?:run|eval)|git (?:config|submodule foreach|bisect|filter-branch|rebase)|gh (?:api|alias|extension)|(?:npx|bunx|pnpx|uvx) (?:tsx|ts-node|node|sh|bash|zsh|python3?)|python3? -m (?:pip|code|pdb|timeit|runpy))/;

/** They run code, or anything else that their words or their input say. */
const never =
  /^(?:sh|bash|dash|ash|zsh|ksh|fish|csh|tcsh|eval|exec|source|\.|sudo|doas|su|pkexec|runuser|xargs|env|ssh|scp|rsync|nc|ncat|netcat|socat|telnet|perl|php|lua|osascript|awk|gawk|sed|find|fd|parallel|watch|tmux|screen|script|expect|at|batch|dd|shred|mkfs|chmod|chown|ln|alias|shopt|enable|hash|bind|trap|kill|pkill|killall|reboot|shutdown|crontab|systemd-run|nohup|busybox|toybox|gdb|strace|ltrace|unshare|nsenter|chroot|vim?|nvim|emacs|nano|ed|ex|less|more|man)$/;

const interpreters = /^(?:python3?|node|ruby|tsx)$/;
/** A module or a file of code, by its name. */
const named = /^(?:-m [\w.]+|[\w./-]+\.\w+)(?: |$)/;

/** They go on and on, or take what they find for right from now on: not what is meant by running tests. */
const lasting =
  /^(?:--(?:watch|watchAll|watch-all|ui|update|updateSnapshot|update-snapshots|api|inspect(?:-brk)?|pdb)(?:=(?!false$).*)?|-[uw])$/;

/** @param isExact no other words may follow. Null: nothing that is safe to remember. */
export function narrowestRule(words: readonly Field[], isExact: boolean): string | null {
  const {program, baseName} = toForm(words);
  const unknown = words.findIndex(word => !isKnown(word) || word.text === '' || word.text.includes('*'));
  if (unknown === 0 || never.test(program) || never.test(baseName)) return null;
  const texts = [program, ...words.slice(1, unknown < 0 ? undefined : unknown).map(({text}) => text)];
  const line = texts.join(' ');
  const [beginning] = open.exec(line) ?? [];
  if (beginning !== undefined && !isExact && !texts.some(text => lasting.test(text))) return `${beginning}:*`;
  if (unknown >= 0 || runsAnything.test(line)) return null;
  const rest = texts.slice(1).join(' ');
  if (interpreters.test(program) && !named.test(rest)) return null;
  if (/^(?:rm|rmdir|unlink|mv|truncate)$/.test(baseName) && texts.some(text => reachesFar.test(text))) return null;
  return textOf(texts);
}

const reachesFar = /^-[a-z]*[rR]|^--recursive$|^[/~]|\.\.|^-?$/;
