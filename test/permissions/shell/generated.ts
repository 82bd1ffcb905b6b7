/**
 * Commands made by chance: names spelled in many ways, put behind wrappers, into branches and substitutions. Every one is
 * such that running it is harmless: see shims.ts.
 */
import fc from 'fast-check';

const singleQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const spellings: readonly ((text: string) => string)[] = [
  text => text,
  text => `'${text}'`,
  text => `"${text}"`,
  text => `\\${text}`,
  text => `${text}''`,
  text => `""${text}`,
  text => `${text[0]}"${text.slice(1)}"`,
  text => `${text[0]}\\\n${text.slice(1)}`,
  text => `$'\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}'`,
  text => `$'\\${text.charCodeAt(0).toString(8).padStart(3, '0')}'${text.slice(1)}`,
  text => `{${text},}`,
  text => `bin/${text}`,
  text => `./bin/../bin/${text}`,
];

/** A name in one of many spellings that mean the same. */
export const spelled = (name: string): fc.Arbitrary<string> => fc.constantFrom(...spellings).map(spell => spell(name));

/** Where another command stands among the words. */
const wrappers: readonly ((command: string) => string)[] = [
  command => `env ${command}`,
  command => `env -u NAME -- ${command}`,
  command => `env NODE_ENV=test CI=1 ${command}`,
  command => `timeout 5 ${command}`,
  command => `timeout -k 1 --signal=TERM 5s ${command}`,
  command => `nice -n 1 ${command}`,
  command => `nice -5 ${command}`,
  command => `nohup ${command}`,
  command => `stdbuf -oL -e 0 ${command}`,
  command => `setsid -w ${command}`,
  command => `command ${command}`,
  command => `command -p env ${command}`,
  command => `echo x | xargs ${command}`,
  command => `echo x | xargs -n1 -I{} ${command} {}`,
  command => `find . -maxdepth 0 -exec ${command} {} \\;`,
  command => `find . -maxdepth 0 -exec ${command} {} +`,
];

/** Where it stands as code. */
const scripts: readonly ((command: string) => string)[] = [
  command => `sh -c ${singleQuoted(command)}`,
  command => `bash -ec ${singleQuoted(command)}`,
  command => `bash --norc -o pipefail -c ${singleQuoted(command)} name argument`,
  command => `eval ${singleQuoted(command)}`,
  command => `bash <<'EOF'\n${command}\nEOF`,
  command => `bash <<< ${singleQuoted(command)}`,
  command => `trap ${singleQuoted(command)} EXIT`,
];

/** Where a shell runs it in the course of things. */
const structures: readonly ((command: string) => string)[] = [
  command => `${command}; true`,
  command => `true && ${command}`,
  command => `false || ${command}`,
  command => `echo x | ${command}`,
  command => `${command} | cat`,
  command => `{ ${command}\n}`,
  command => `( ${command}\n)`,
  command => `( exec sh -c ${singleQuoted(command)}\n)`,
  command => `{ ! ${command}\n}`,
  command => `{ time ${command}\n}`,
  command => `if true; then ${command}\nfi`,
  command => `if ${command}\nthen true; fi`,
  command => `while ${command}\ndo break; done`,
  command => `for i in 1; do ${command}\ndone`,
  command => `case x in *) ${command}\n;; esac`,
  command => `f() { ${command}\n}; f`,
  command => `echo $(${command}\n)`,
  command => `echo "$(${command}\n)"`,
  command => `echo \${NOT_SET:-$(${command}\n)}`,
  command => `cat <(${command}\n)`,
  command => `cat <<EOF\n$(${command}\n)\nEOF`,
  command => `[ -n "$(${command}\n)" ]`,
  command => `${command} 2>&1 >/dev/null`,
];

export const aroundWords = fc.constantFrom(...wrappers);
export const aroundCode = fc.constantFrom(...scripts, ...structures);

/** A line and the programs that it names. */
export function commandOf(names: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      name: fc.constantFrom(...names).chain(spelled),
      words: fc.array(fc.constantFrom('x', '-r', '"a b"', '$HOME', "'*'"), {maxLength: 3}),
      inner: fc.array(aroundWords, {maxLength: 2}),
      outer: fc.array(aroundCode, {maxLength: 3}),
    })
    .map(({name, words, inner, outer}) => {
      const simple = inner.reduce((command, wrap) => wrap(command), [name, ...words].join(' '));
      return outer.reduce((command, wrap) => wrap(command), simple);
    });
}

const tokens =
  `allowed-a denied-a other-a ls echo true false ; && || | & ( ) { } $( ) \` " ' $x \${x} \${x:- } x= x=allowed-a x=denied-a y=$x ` +
  `if then fi else for·x·in do done while until case·x·in x) *) ;; esac ! time env eval sh·-c bash·-c exec command xargs trap EXIT ` +
  `find·.·-maxdepth·0·-exec \\; {} + f() f function·f export read·x <<< <<EOF EOF <( >/dev/null 2>&1 [[ [ = ] ]] -n (( )) $(( $[ 1 # \\ ` +
  `{allowed-a, denied-a} $'denied-a' @( * ? ~ break return set·-- "$@" $1 |& ;& coproc let x=1 declare unset·x x+= denied-b \${!x} $_`;

/** Pieces of the grammar in any order: most do not parse, and some mean what nobody thought of. */
export const anyPieces: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...tokens.split(' ').map(token => token.replaceAll('·', ' ')), '\n'),
      fc.constantFrom(' ', ' ', ''),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map(parts => parts.flat().join(''));
