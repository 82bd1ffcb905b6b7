/**
 * Options by which a command that is harmless in itself is told to start another program, to load code, to write a file or to
 * work elsewhere. A rule that allows the command with whatever follows does not mean them, save where they stay in the project
 * (see strays.ts), and what they would run is held against the rules that deny.
 *
 * Long options count in every abbreviation, for that is how programs read them.
 */
export interface Carrier {
  /** `-x` may have its value attached, and stand behind other letters. */
  readonly options: readonly string[];
  /** Only with such a value. */
  readonly only?: RegExp;
  /** What it is given: a command, settings that say what runs, a module, a place to work in, a file to write. */
  readonly given: Given;
  /** Letters that may stand before one of a single letter; undefined: any. */
  readonly behind?: string;
  /** Options are whole words, never letters behind others nor abbreviated. */
  readonly isWhole?: true;
}

export type Given = 'command' | 'settings' | 'module' | 'place' | 'output';

const carrier = (options: string, only?: RegExp): Carrier => ({
  options: options.split(' '),
  given: 'command',
  ...(only && {only}),
});

const giving =
  (given: Given) =>
  (options: string, more: Pick<Carrier, 'only' | 'behind'> = {}): Carrier => ({
    options: options.split(' '),
    given,
    behind: '',
    ...more,
  });
const whole = (carriers: readonly Carrier[]): readonly Carrier[] => carriers.map(each => ({...each, isWhole: true}));
const settings = (options: string): Carrier => ({options: options.split(' '), given: 'settings'});
const loads = giving('module');
const goes = giving('place');
const writes = giving('output');

/** Settings of ssh and of git that are commands. */
const sshSetting = /^\s*(?:ProxyCommand|LocalCommand|KnownHostsCommand|RemoteCommand|Include|PKCS11Provider)\b/i;
const gitSetting =
  /^(?:alias\.|core\.(?:pager|editor|sshcommand|fsmonitor|gitproxy|askpass|hookspath|alternaterefscommand)|sequence\.editor|diff\.external|gpg\.|pager\.|include|url\.|protocol\.|.*\.(?:command|cmd|textconv|clean|smudge|process|helper|program|path|driver|uploadpack|receivepack|proxy|browser|vcs))/i;

/** Whether what stands in that setting of git is run. */
export const isGitCommand = (setting: string): boolean => gitSetting.test(setting);

const packs = carrier(
  '--upload-pack --receive-pack --exec --extcmd --open-files-in-pager --ext-diff --textconv --smtp-server --to-cmd --cc-cmd',
);
const sshSettings = carrier('-o', sshSetting);

/** What comes with the runners of tests, by its name; all else is code. */
const own =
  /^(?!(?:(?:default|verbose|dot|json|tap|tap-flat|junit|html|basic|min|spec|list|nyan|progress|github-actions|hanging-process|blob|agent|summary|tree|silent|stylish|compact|unix|line|node|jsdom|happy-dom|edge-runtime|forks|threads|vmThreads|vmForks|bdd|tdd|qunit|exports)(?:,|$))+$)/;

/** Of JavaScript's runners of tests, and of whatever a script may start. */
const runner = whole([
  loads(
    '--config --globalSetup --globalTeardown --runner --testRunner --testEnvironment --environment --transform --resolver --reporters ' +
      '--reporter --preset --setupFiles --setupFilesAfterEnv --snapshotSerializers --snapshotEnvironment --watchPlugins --testSequencer ' +
      '--dependencyExtractor --testResultsProcessor --prettierPath --require --import --loader --experimental-loader --preload --plugin ' +
      '--opts --diff --testReporter --testGlobalSetup --pool --workspace --sequence.sequencer --typecheck.checker --coverage.customProviderModule --rulesdir --parser',
    {only: own},
  ),
  settings(
    '--eval --node-options --execArgv --poolOptions.forks.execArgv --poolOptions.threads.execArgv --poolOptions.vmForks.execArgv --poolOptions.vmThreads.execArgv',
  ),
  carrier('--script-shell'),
  goes('--rootDir --root --roots --dir --cwd --projects --modulePaths --coverageDirectory --cacheDirectory --outDir'),
  writes('--outputFile'),
]);

const nodes = loads('-r --require --import --preload');

/** By program, or program and subcommand. */
const rows: Readonly<Record<string, readonly Carrier[]>> = {
  git: [packs, writes('--output'), ...whole([goes('--git-dir --work-tree')])],
  'git rebase': [carrier('-x')],
  'git difftool': [carrier('-x')],
  'git grep': [carrier('-O')],
  'git clone': [carrier('-u'), settings('--template'), carrier('-c --config', gitSetting)],
  'git init': [settings('--template')],
  'git filter-branch': [
    carrier(
      '--setup --tree-filter --index-filter --env-filter --msg-filter --commit-filter --parent-filter --tag-name-filter',
    ),
  ],
  tar: [
    carrier('-I -F --use-compress-program --to-command --info-script --new-volume-script --rsh-command --rmt-command'),
    carrier('--checkpoint-action', /^exec/),
  ],
  ssh: [sshSettings, settings('-F')],
  scp: [sshSettings, settings('-F'), carrier('-S')],
  sftp: [sshSettings, settings('-F'), carrier('-S')],
  rsync: [carrier('-e --rsh --rsync-path')],
  split: [carrier('--filter')],
  sort: [carrier('--compress-program'), writes('-o --output', {behind: 'bcCdfghimMnRrsuVz'})],
  shuf: [writes('-o --output', {behind: 'erz'})],
  tree: [writes('-o')],
  iconv: [writes('-o --output', {behind: 'cs'})],
  npm: [
    carrier('--script-shell --call --shell --node-options'),
    loads('--userconfig --globalconfig'),
    goes('-C --prefix -w --workspace'),
  ],
  'npm exec': [carrier('-c')],
  npx: [carrier('-c --call --shell --node-options'), goes('--prefix')],
  pnpm: [
    carrier('--script-shell --shell-mode --config.script-shell --node-options'),
    loads('--pnpmfile --global-pnpmfile'),
    goes('-C --dir --modules-dir --virtual-store-dir'),
  ],
  yarn: [carrier('--script-shell'), goes('--cwd --modules-folder --use-yarnrc')],
  bun: [
    settings('-e --eval -p --print --shell'),
    nodes,
    loads('-c --config --env-file --tsconfig-override'),
    goes('--cwd --root --coverage-dir'),
    writes('--outfile --reporter-outfile'),
  ],
  deno: [nodes, loads('-c --config --import-map')],
  cargo: [loads('--config'), settings('--fix'), goes('-C --manifest-path --target-dir --artifact-dir --lockfile-path')],
  go: whole([
    carrier('-exec -toolexec -vettool --exec --toolexec --vettool'),
    settings('-fix --fix'),
    carrier(
      '-ldflags -gcflags -asmflags --ldflags --gcflags --asmflags',
      /ext(?:ld|ar)|plugin|toolexec|linkmode|wrapper/,
    ),
    loads('-overlay -modfile -pgo --overlay --modfile --pgo'),
    goes('-C --C -outputdir --outputdir'),
    writes(
      ['o', 'coverprofile', 'cpuprofile', 'memprofile', 'blockprofile', 'mutexprofile', 'trace']
        .flatMap(name => [`-${name}`, `--${name}`, `-test.${name}`])
        .join(' '),
    ),
  ]),
  make: [
    carrier('-E --eval'),
    loads('-f --file --makefile', {behind: 'BbdeikLnpqRrSstvw'}),
    goes('-C --directory -I --include-dir', {behind: 'BbdeikLnpqRrSstvw'}),
  ],
  man: [carrier('-P -H --pager --html')],
  curl: [settings('-K --config')],
  wget: [carrier('-e --execute --use-askpass'), settings('--config')],
  zip: [carrier('-TT --unzip-command')],
  gcc: [carrier('-wrapper'), settings('-B --specs')],
  pytest: [
    {...settings('-p'), only: /^(?!no:)/, behind: 'vqxslh'},
    {...settings('-o --override-ini --pdbcls --pastebin --ds --dc'), behind: 'vqxslh'},
    {...settings('-W --pythonwarnings'), only: /::\w+\./, behind: 'vqxslh'},
    carrier('--tx'),
    loads('-c --config-file --cov-config', {behind: 'vqxslh'}),
    goes('--rootdir --confcutdir'),
    writes('--basetemp --junitxml --junit-xml --report-log --log-file --resultlog --html'),
  ],
  jest: [...runner, loads('-c --filter --env', {only: own})],
  vitest: [...runner, loads('-c'), goes('-r')],
  mocha: [...runner, loads('-r -R -u --ui --package --file', {only: own})],
  tsc: [goes('-p --project --outDir --declarationDir'), writes('--outFile --tsBuildInfoFile --generateTrace')],
  eslint: [loads('-c --config -f --format --plugin --rulesdir --parser', {only: own}), writes('-o --output-file')],
  prettier: [loads('--config --plugin')],
  rspec: [loads('-r --require -I -O --options'), writes('-o --out')],
  rake: [settings('-e --execute -p --execute-print -E --execute-continue'), loads('-f --rakefile -r --require -I -R')],
  phpunit: [loads('--bootstrap -c --configuration --extension')],
  gradle: [loads('-I --init-script -b --build-file -c --settings-file'), goes('-p --project-dir --include-build')],
  mvn: whole([loads('-f --file -s --settings'), carrier('-Dexec.executable -Dexec.args')]),
  hg: [settings('--config')],
  sed: [],
  gsed: [],
  svn: [carrier('--config-option --diff-cmd --diff3-cmd --editor-cmd')],
};

/** Of these the command that they run takes the options behind its name. */
const before = /^(?:npx|bunx|pnpx|uvx|npm|pnpm|yarn|bun|uv|poetry|pipenv|bundle|python3?|mise|turbo|nx)$/;
const tools = /^(?:jest|vitest|mocha|pytest|py\.test|tsc|eslint|prettier|rspec|rake|phpunit|node)$/;
/** What they run is a script, of which it is not known what it takes. */
const scripted = /^(?:npm|pnpm|yarn|bun)$/;

const rowOf = (name: string): readonly Carrier[] => (Object.hasOwn(rows, name) ? (rows[name] ?? []) : []);

/** The rows for a command, each with where the words begin that it is about. @param at where the subcommand stands. */
export function carriersOf(
  program: string,
  words: readonly string[],
  at: number,
): readonly {readonly carriers: readonly Carrier[]; readonly from: number}[] {
  const name = others[program] ?? program;
  const found: {carriers: readonly Carrier[]; from: number}[] = [
    {carriers: [...rowOf(name), ...rowOf(`${name} ${words[at] ?? ''}`)], from: 1},
  ];
  if (before.test(name)) {
    const inner = words.findIndex((word, index) => index > 0 && tools.test(word));
    if (inner > 0) found.push({carriers: rowOf(others[words[inner] ?? ''] ?? words[inner] ?? ''), from: inner + 1});
    else if (scripted.test(name)) found.push({carriers: runner, from: at + 1});
  }
  return found.filter(({carriers}) => carriers.length > 0);
}

export const hasCarriers = (program: string): boolean => Object.hasOwn(rows, others[program] ?? program);

/** The same programs by other names. */
const others: Readonly<Record<string, string>> = {
  'py.test': 'pytest',
  gmake: 'make',
  './gradlew': 'gradle',
  gradlew: 'gradle',
  './mvnw': 'mvn',
  mvnw: 'mvn',
};

/** Programs that do what the files of a project say: where they are sent, they run what is there. */
const grounded =
  /^(?:npm|npx|pnpm|pnpx|yarn|bun|bunx|deno|cargo|go|g?make|just|task|gradle|(?:\.\/)?gradlew|mvn|(?:\.\/)?mvnw|ant|sbt|bazel|cmake|ctest|ninja|meson|dotnet|swift|mix|rake|bundle|rspec|phpunit|composer|tox|nox|uvx?|poetry|pipenv|pytest|py\.test|jest|vitest|mocha|ava|playwright|cypress|tsc|eslint|turbo|nx|lerna)$/;

/** Whether it runs code of the folder where it works. */
export const runsProject = (program: string, words: readonly string[]): boolean =>
  grounded.test(program) || (/^python3?$/.test(program) && words[1] === '-m');
