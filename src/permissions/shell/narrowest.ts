/**
 * The narrowest rule worth remembering for a command: its subcommand for programs that have such, the very words
 * for the rest. None for what runs code that it is given, or reaches beyond what its words show.
 */
import {textOf, toForm} from './forms.js';
import {type Field, isKnown} from './types.js';

/** How many words say what such a program does. */
const subcommands: Readonly<Record<string, number>> = {
  git: 2,
  npm: 2,
  pnpm: 2,
  yarn: 2,
  bun: 2,
  cargo: 2,
  go: 2,
  deno: 2,
  docker: 2,
  podman: 2,
  gh: 3,
  kubectl: 2,
  helm: 2,
  terraform: 2,
  dotnet: 2,
  mvn: 2,
  gradle: 2,
  './gradlew': 2,
  rustup: 2,
  brew: 2,
  apt: 2,
  systemctl: 2,
  make: 2,
  just: 2,
  task: 2,
  npx: 2,
  bunx: 2,
  pnpx: 2,
  uvx: 2,
  python: 2,
  python3: 2,
  node: 2,
  ruby: 2,
  tsx: 2,
};

/** Here one more word says what is run. */
const deeper =
  /^(?:(?:npm|pnpm|yarn|bun) run(?:-script)?|docker compose|podman compose|npm exec|git (?:remote|stash|worktree|submodule|config|bisect|notes)|python3? -m|deno task|dotnet tool)$/;

/** Whatever follows, it would run code that the rule does not name. */
const runsAnything =
  /^(?:(?:docker|podman) (?:run|exec|compose (?:run|exec))|kubectl (?:exec|run|debug)|npm exec|pnpm (?:exec|dlx)|yarn (?:exec|dlx)|bun (?:x|exec)|go run|deno (?:run|eval)|git (?:config|submodule foreach|bisect|filter-branch|rebase)|gh (?:api|alias|extension)|(?:npx|bunx|pnpx|uvx) (?:tsx|ts-node|node|sh|bash|zsh|python3?)|python3? -m (?:pip|code|pdb|timeit|runpy))/;

/** Programs that do one thing with what they are given. */
const plain =
  /^(?:tsc|eslint|prettier|biome|vitest|jest|mocha|ava|pytest|mypy|ruff|black|isort|flake8|pylint|pyright|rubocop|rspec|gofmt|golangci-lint|rustfmt|shellcheck|shfmt|markdownlint|stylelint|knip|tap|phpunit|phpstan|ktlint|swiftlint|clang-format)$/;

/** They run code, or anything else that their words or their input say. */
const never =
  /^(?:sh|bash|dash|ash|zsh|ksh|fish|csh|tcsh|eval|exec|source|\.|sudo|doas|su|pkexec|runuser|xargs|env|ssh|scp|rsync|nc|ncat|netcat|socat|telnet|perl|php|lua|osascript|awk|gawk|sed|find|fd|parallel|watch|tmux|screen|script|expect|at|batch|dd|shred|mkfs|chmod|chown|ln|alias|shopt|enable|hash|bind|trap|kill|pkill|killall|reboot|shutdown|crontab|systemd-run|nohup|busybox|toybox|gdb|strace|ltrace|unshare|nsenter|chroot|vim?|nvim|emacs|nano|ed|ex|less|more|man)$/;

const interpreters = /^(?:python3?|node|ruby|tsx)$/;

/** Null: nothing that is safe to remember. */
export function narrowestRule(words: readonly Field[]): string | null {
  const known = words.findIndex(word => !isKnown(word) || !/^[^*\0]+$/s.test(word.text));
  const {program, baseName} = toForm(words);
  if (known === 0 || never.test(program) || never.test(baseName)) return null;
  const texts = [program, ...words.slice(1, known < 0 ? undefined : known).map(({text}) => text)];
  const removes = /^(?:rm|rmdir|unlink|mv|truncate)$/.test(baseName);
  if (removes && (known >= 0 || texts.some(text => /^-[a-z]*[rR]|^--recursive$|^[/~]|\.\.|^-?$/.test(text))))
    return null;
  const count = Object.hasOwn(subcommands, program)
    ? countOf(texts, subcommands[program] ?? 2)
    : plain.test(program)
      ? 1
      : null;
  if (count === null) return known < 0 ? textOf(texts) : null;
  const named = texts.slice(0, count);
  if (named.length < count || runsAnything.test(texts.join(' ')))
    return texts.length === 1 && known < 0 && program === 'make' ? program : null;
  if (
    interpreters.test(program) &&
    !(named[1] === '-m'
      ? /^[\w.]+$/.test(named[2] ?? '')
      : /^[\w./-]+\.\w+$/.test(named[1] ?? '') && !named[1]?.startsWith('-'))
  )
    return null;
  if (named.slice(1).some(word => word !== '-m' && /^-|[=\s'"]/.test(word))) return known < 0 ? textOf(texts) : null;
  return `${textOf(named)}:*`;
}

function countOf(texts: readonly string[], least: number): number {
  const more = deeper.test(texts.slice(0, least).join(' '));
  return more ? least + 1 : least;
}
