/**
 * Commands that are known only to read, with the options under which that holds: see options.ts for how they are written.
 * After `:` stands what the operands are, and after `with` the options of which one has to be there. What is not in this table asks.
 *
 *   files   files or folders that are read; `files.` the same, and without any the folder where the command stands
 *   text    nothing that is opened          none    there may be none
 *   names   as files, but no more than their names and states are told; `names.` as above
 *   first   the first is text, the others are files (a pattern and where to look); `first.` as above
 *   one     at most one file (a second one would be written)
 *   pages   files, of which none is a command to the pager
 *   topics  words without a slash
 *   format  only `+…` (anything else would set the clock)      processes   ps's words without a dash
 */
import {describeOptions, type Options} from './options.js';

export type Operands =
  | 'files'
  | 'files.'
  | 'names'
  | 'names.'
  | 'text'
  | 'none'
  | 'first'
  | 'first.'
  | 'one'
  | 'format'
  | 'processes'
  | 'topics'
  | 'pages';

export interface Reader {
  /** Null: whatever it is given. */
  readonly options: Options | null;
  readonly operands: Operands;
  /** Only with one of these; []: with or without. */
  readonly needed: readonly string[];
}

const rows: Readonly<Record<string, string>> = {
  cat: '-AbeEnstTuv --show-all --number-nonblank --show-ends --number --squeeze-blank --show-tabs --show-nonprinting : files',
  tac: '-br -s# --before --regex --separator# : files',
  head: '-0 -qvz -n# -c# --lines# --bytes# --quiet --silent --verbose --zero-terminated : files',
  tail: '-0 -qvzfFr -n# -c# -s# --lines# --bytes# --quiet --silent --verbose --zero-terminated --follow? --retry --pid# --sleep-interval# : files',
  wc: '-clmwL --bytes --chars --lines --words --max-line-length --total# : files',
  nl: '-b# -d# -f# -h# -i# -l# -n# -s# -v# -w# -p : files',
  cut: '-b# -c# -d# -f# -nsz --bytes# --characters# --delimiter# --fields# --complement --only-delimited --output-delimiter# --zero-terminated : files',
  paste: '-d# -sz --delimiters# --serial --zero-terminated : files',
  tr: '-cCdst --complement --delete --squeeze-repeats --truncate-set1 : text',
  rev: ': files',
  fold: '-bs -w# --bytes --spaces --width# : files',
  fmt: '-cstu -w# -p# --width# : files',
  expand: '-i -t# --initial --tabs# : files',
  unexpand: '-a -t# --all --first-only --tabs# : files',
  column: '-tenx -s# -o# -c# -N# --table --separator# --output-separator# : files',
  comm: '-123z --check-order --nocheck-order --output-delimiter# --total --zero-terminated : files',
  join: '-iz -a# -e# -1# -2# -j# -o# -t# -v# --header --check-order --nocheck-order --ignore-case : files',
  cmp: '-bls -i# -n# --print-bytes --ignore-initial# --verbose --bytes# --quiet --silent : files',
  diff: '-abBcdeEinNpPqrstuwyTZ -C# -U# -x# -X< -I# -W# -F# -S< --brief --recursive --unified? --context? --side-by-side --color? --ignore-case --ignore-all-space --ignore-space-change --ignore-blank-lines --ignore-trailing-space --ignore-matching-lines# --new-file --text --minimal --width# --exclude# --exclude-from< --report-identical-files --suppress-common-lines --no-dereference --strip-trailing-cr --label# : files',
  sort: '-bcCdfghimMnRrsuVz -k# -t# -S# --key# --field-separator# --numeric-sort --reverse --unique --human-numeric-sort --version-sort --general-numeric-sort --ignore-case --ignore-leading-blanks --dictionary-order --month-sort --random-sort --stable --check? --merge --zero-terminated --parallel# --buffer-size# --debug --sort# : files',
  shuf: '-erz -i# -n# --echo --input-range# --head-count# --repeat --zero-terminated : files',
  ls: '-0 -aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1 -I# -T# -w# -D --all --almost-all --author --block-size# --classify? --color? --directory --dired --file-type --format# --full-time --group-directories-first --human-readable --si --hide# --ignore# --inode --kibibytes --dereference --indicator-style# --literal --numeric-uid-gid --quote-name --reverse --recursive --size --sort# --time# --time-style# --width# --zero : names.',
  dir: '-aAlhR1 : names.',
  tree: '-adfilpshugDFqNQrtcUxACSnvJX -L# -P# -I# -H# --dirsfirst --noreport --gitignore --prune --filelimit# --du --si --inodes --charset# --sort# --matchdirs --ignore-case : files.',
  du: '-0abcDhHklLmsSx -d# -B# -t# --all --apparent-size --block-size# --bytes --total --max-depth# --human-readable --si --summarize --separate-dirs --exclude# --one-file-system --time? --threshold# --inodes : files.',
  df: '-ahHiklPTv -B# -t# -x# --all --block-size# --human-readable --inodes --local --output? --portability --print-type --si --total --type# --exclude-type# : files',
  stat: '-Lftx -c# --dereference --file-system --format# --printf# --terse : names',
  file: '-bhikLNnprsSv0 -e# -F# --brief --mime --mime-type --mime-encoding --no-dereference --dereference --keep-going : files',
  basename: 'ANY : text',
  dirname: 'ANY : text',
  realpath:
    '-eLmPqsz --canonicalize-existing --canonicalize-missing --relative-to# --relative-base# --no-symlinks --strip --quiet --zero : text',
  readlink:
    '-efmnqsvz --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero : text',
  pwd: '-LP --logical --physical : none',
  echo: 'ANY : text',
  true: 'ANY : text',
  false: 'ANY : text',
  ':': 'ANY : text',
  seq: '-w -f# -s# --format# --separator# --equal-width : text',
  sleep: ': text',
  expr: 'ANY : text',
  factor: ': text',
  test: 'ANY : text',
  '[': 'ANY : text',
  which: '-as --all : text',
  // What is told of a name; a page of one's own is a path.
  man: '-afkwW -s# -S# -L# --all --whatis --apropos --where --path --sections# --locale# : topics',
  whatis: '-lw -s# : topics',
  apropos: '-aelw -s# : topics',
  type: '-afpPt : text',
  whereis: '-bms : text',
  uname:
    '-amnrspvio --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --operating-system : none',
  arch: ': none',
  nproc: '--all --ignore# : none',
  hostname: '-sfdiIA --short --fqdn --ip-address --all-ip-addresses : none',
  whoami: ': none',
  logname: ': none',
  tty: '-s : none',
  id: '-agGnruzZ --user --group --groups --name --real : text',
  groups: ': text',
  users: ': none',
  who: '-abdHlmpqrstTuw --all --boot --heading : none',
  w: '-hsfo : none',
  uptime: '-ps --pretty --since : none',
  free: '-bkmghlt --bytes --kilo --mega --giga --human --total --wide --lohi -w : none',
  vmstat: '-adfmnst -S# : text',
  lscpu: '-aepx --all --extended? --parse? --json -J : none',
  lsblk: '-abdfilmnopPrStz -o# --all --bytes --json --fs --output# : none',
  ps: '-AaefFlHjLwxTcdMNyZ -C# -g# -G# -o# -O# -p# -q# -s# -t# -u# -U# --forest --headers --no-headers --pid# --ppid# --sort# --user# --format# : processes',
  pgrep:
    '-acfilnovwxLr -d# -g# -G# -P# -s# -t# -u# -U# --list-name --list-full --full --count --newest --oldest --exact : text',
  date: '-uR -d# -I? -r< --date# --iso-8601? --rfc-3339# --rfc-email --utc --universal --reference< : format',
  cal: '-0 -13jmswy : text',
  getconf: '-a : text',
  locale: '-ackm : text',
  md5sum: '-bctwz --binary --check --text --tag --quiet --status --strict --warn --ignore-missing : files',
  sha1sum: '-bctwz --binary --check --text --tag --quiet --status --strict --warn --ignore-missing : files',
  sha256sum: '-bctwz --binary --check --text --tag --quiet --status --strict --warn --ignore-missing : files',
  sha512sum: '-bctwz --binary --check --text --tag --quiet --status --strict --warn --ignore-missing : files',
  shasum: '-bctpU0 -a# --algorithm# --check --binary --text : files',
  b2sum: '-bctwz -l# --check --length# : files',
  cksum: '-a# --algorithm# --check : files',
  sum: '-rs : files',
  base64: '-di -w# --decode --ignore-garbage --wrap# : files',
  base32: '-di -w# --decode --ignore-garbage --wrap# : files',
  od: '-abcdfhilosvx -A# -j# -N# -S# -t# -w# --address-radix# --skip-bytes# --read-bytes# --format# --output-duplicates --width? : files',
  hexdump: '-bcCdovx -e# -n# -s# : files',
  strings: '-af -n# -t# -e# -0 --all --bytes# --radix# --encoding# : files',
  zcat: '-fv : files',
  zgrep: '-cEFhHilnoqvwx -A# -B# -C# -m# : first',
  bzcat: ': files',
  xzcat: ': files',
  nm: '-aACDgnoPrSu --demangle? --dynamic --extern-only --defined-only --undefined-only --size-sort : files',
  size: '-ABtd --format# : files',
  readelf: '-aedhlnrsSuVW --all --headers --symbols --dynamic --wide : files',
  grep: '-0 -acEFGhHiIlLnoPqrRsTUuvwxyzZ -A# -B# -C# -D# -d# -e# -f< -m# --after-context# --before-context# --context# --color? --colour? --count --ignore-case --no-ignore-case --invert-match --word-regexp --line-regexp --line-number --with-filename --no-filename --files-with-matches --files-without-match --only-matching --quiet --silent --no-messages --recursive --dereference-recursive --include< --exclude# --exclude-dir# --exclude-from< --extended-regexp --fixed-strings --basic-regexp --perl-regexp --regexp# --file< --max-count# --null --null-data --text --binary-files# --directories# --devices# --initial-tab --byte-offset --label# --line-buffered : first',
  egrep:
    '-0 -acFhHiIlLnoPqrRsvwxzZ -A# -B# -C# -e# -f< -m# --color? --include< --exclude# --exclude-dir# --regexp# : first',
  fgrep:
    '-0 -acFhHiIlLnoqrRsvwxzZ -A# -B# -C# -e# -f< -m# --color? --include< --exclude# --exclude-dir# --regexp# : first',
  rg: '-0acFhHiIlLnNoPpqsSuUvVwx. -A# -B# -C# -d# -E# -e# -f< -g< -j# -m# -M# -r# -t# -T# --after-context# --before-context# --context# --color# --colors# --column --no-column --count --count-matches --case-sensitive --ignore-case --smart-case --crlf --debug --encoding# --engine# --regexp# --file< --files --files-with-matches --files-without-match --fixed-strings --follow --glob< --iglob< --glob-case-insensitive --heading --no-heading --hidden --no-hidden --invert-match --json --line-number --no-line-number --line-regexp --max-columns# --max-columns-preview --max-count# --max-depth# --max-filesize# --multiline --multiline-dotall --no-config --no-filename --no-ignore --no-ignore-vcs --no-ignore-parent --no-ignore-global --no-messages --null --null-data --one-file-system --only-matching --passthru --pcre2 --pretty --quiet --replace# --sort# --sortr# --stats --text --threads# --trim --type# --type-not# --type-list --unrestricted --vimgrep --with-filename --word-regexp --version --binary --byte-offset --auto-hybrid-regex : first.',
  ag: '-acCFiGhHlLnoQRsSuvwz -A# -B# -m# --ignore# --hidden --nocolor --color --depth# --files-with-matches --literal --count : first.',
  // A filter can read the environment, and modules.
  jq: '-aceCMnrRsSj --arg& --argjson& --ascii-output --compact-output --color-output --exit-status --indent# --join-output --monochrome-output --null-input --raw-input --raw-output --raw-output0 --slurp --sort-keys --stream --tab --unbuffered -f< --from-file< : first',
  // A filter can read the environment, and other files.
  yq: '-0 -PMNCejnr -o# -p# -I# --output-format# --input-format# --prettyPrint --no-colors --no-doc --null-input --unwrapScalar? --indent# : first',
  shellcheck: '-ax -s# -e# -i# -f# -S# --shell# --exclude# --include# --format# --severity# : files',
  gofmt: '-lds -r# : files',
  less: '-0 -NSRFXeEiImMnqsK : pages',
  more: '-0 -cdflpsu : pages',
  bat: '-Apnu -l# -r# -H# --plain --number --show-all --language# --line-range# --highlight-line# --style# --color# --paging# --decorations# --theme# : files',
  eza: '-0aAdDfFglhHiIjlmnrRsSTUuxX1 -L# -s# -I# --all --long --tree --level# --git --git-ignore --icons? --color? --sort# --reverse --group-directories-first --header --no-user --no-time : names.',
  bc: '-lqs --mathlib --quiet --standard : files',
  objdump:
    '-adDfhprsStTxwCRz -j# -M# --disassemble? --syms --dynamic-syms --section# --all-headers --private-headers : files',
  tokei: ': files.',
  scc: ': files.',
  getent: ': text',
  // These write unless they are told to list, to test or to print.
  unzip: '-lvqZt1pC -x# : files with -l -v -Z -t -p',
  zipinfo: '-1slmvhtTzC : files',
  gzip: '-cdltkvqf --stdout --to-stdout --decompress --list --test --keep --verbose --quiet : files with -c -l -t --stdout --to-stdout --list --test',
  gunzip:
    '-cltkvqf --stdout --to-stdout --list --test --keep --verbose --quiet : files with -c -l -t --stdout --to-stdout --list --test',
  bzip2: '-cdtkvqs --stdout --decompress --test --keep : files with -c -t --stdout --test',
  xz: '-cdltkvqf --stdout --to-stdout --decompress --list --test --keep : files with -c -l -t --stdout --to-stdout --list --test',
  zstd: '-cdltkvqf --stdout --decompress --list --test --keep : files with -c -l -t --stdout --list --test',
  crontab: '-l : none with -l',
  // Its database of all files.
  locate: '-abcieqrw -l# -n# : text',
  xxd: '-abeipruE -c# -g# -l# -s# -o# : one',
  iconv: '-cls -f# -t# --from-code# --to-code# --list : files',
  tsort: ': files',
  uniq: '-cdDiuz -f# -s# -w# --count --repeated --all-repeated? --ignore-case --unique --zero-terminated --skip-fields# --skip-chars# --check-chars# --group? : one',
  lsof: '-abCnNPlORtUV -i? -p# -u# -c# : files',
  netstat: '-0abceFgilnoprstuvWx46 : none',
  ss: '-0aeilmnoprstuwx46 : text',
  ifconfig: '-as : none',
};

/**
 * Programs of all kinds that with this one word only tell their version. Not those that would first start what the folder names:
 * cargo and rustc (rust-toolchain.toml), yarn and pnpm (releases of their own), jest, dotnet, composer.
 */
const versions: Readonly<Record<string, string>> = {
  '--version':
    'node npm npx bun deno python python3 pip pip3 uv ruby gem gcc g++ clang make cmake ninja ' +
    'php perl docker kubectl terraform tsc prettier biome git gh rg fd jq curl wget tar gzip sed awk bash sqlite3 psql java javac',
  '-v': 'node npm tsc bun ruby php',
  '-V': 'python python3 rg ssh',
  '-version': 'java javac',
  version: 'go kubectl docker terraform helm openssl',
};

export function isVersionCall(program: string, words: readonly string[]): boolean {
  const [word = ''] = words;
  return words.length === 1 && Object.hasOwn(versions, word) && versions[word]?.split(' ').includes(program) === true;
}

const readers = new Map<string, Reader>();

/** How a command may be used that only reads; undefined: it is not known to. */
export function findReader(program: string): Reader | undefined {
  const known = readers.get(program);
  if (known || !Object.hasOwn(rows, program)) return known;
  const row = rows[program] ?? '';
  const at = row.lastIndexOf(':');
  const description = row.slice(0, at).trim();
  const [kind = '', needed] = row.slice(at + 1).split(' with ');
  const reader: Reader = {
    options: description === 'ANY' ? null : describeOptions(description),
    operands: kind.trim() as Operands,
    needed: needed === undefined ? [] : needed.trim().split(' '),
  };
  readers.set(program, reader);
  return reader;
}
