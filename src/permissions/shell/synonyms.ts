/**
 * Subcommands that have several names, or may be shortened: whoever forbids `npm publish` forbids `npm publ`, and `docker container rm`
 * is `docker rm`. They count to forbid and to ask, never to allow.
 */

/** The name that rules use, and the others. */
const npm: readonly (readonly [name: string, others: RegExp])[] = [
  ['install', /^(?:i|in|ins|inst|insta|instal|isnt|isnta|isntal|isntall|add)$/],
  ['uninstall', /^(?:un|unlink|remove|rm|r|uni\w*)$/],
  ['ci', /^(?:clean-install|ic|install-clean|isntall-clean)$/],
  ['publish', /^(?:pub|publ|publi|publis)$/],
  ['unpublish', /^(?:unp|unpu|unpub\w*)$/],
  ['run', /^(?:run-script|rum|urn)$/],
  ['exec', /^(?:x|exe)$/],
  ['update', /^(?:up|upd\w*|upgrade|udpate)$/],
  ['test', /^(?:t|tst|te|tes)$/],
  ['deprecate', /^(?:depr\w*)$/],
  ['version', /^(?:verison|versi\w*)$/],
  ['login', /^(?:adduser|add-user|logi)$/],
  ['dist-tag', /^(?:dist-tags)$/],
  ['owner', /^(?:author|own\w*)$/],
  ['config', /^(?:c|conf\w*)$/],
];
const shortened: Readonly<Record<string, typeof npm>> = {
  npm,
  pnpm: [
    ['install', /^i$/],
    ['remove', /^(?:rm|uninstall|un)$/],
    ['run', /^run-script$/],
    ['update', /^(?:up|upgrade)$/],
  ],
  cargo: [
    ['build', /^b$/],
    ['run', /^r$/],
    ['test', /^t$/],
    ['check', /^c$/],
    ['doc', /^d$/],
    ['remove', /^rm$/],
  ],
};

/** What docker calls by an object and a verb, and by the verb alone. */
const managed: Readonly<Record<string, string>> = {
  'image rm': 'rmi',
  'image remove': 'rmi',
  'image ls': 'images',
  'container ls': 'ps',
  'container list': 'ps',
  'container ps': 'ps',
  'container remove': 'rm',
};
const ofContainer =
  /^(?:attach|commit|cp|create|diff|exec|export|kill|logs|pause|port|rename|restart|rm|run|start|stats|stop|top|unpause|update|wait)$/;
const ofImage = /^(?:build|history|import|load|pull|push|save|tag)$/;

export interface Meant {
  /** Which words the name stands for. */
  readonly at: number;
  readonly length: number;
  readonly name: string;
}

const none: readonly Meant[] = [];

export function namesMeant(program: string, words: readonly string[]): readonly Meant[] {
  const isDocker = program === 'docker' || program === 'podman';
  if (!isDocker && !Object.hasOwn(shortened, program)) return none;
  // An option before it may have a value, which is then taken for it: there are no more than a few candidates.
  const candidates = words.flatMap((word, at) => (at > 0 && at < 6 && /^[a-z]/.test(word) ? [at] : []));
  if (isDocker) {
    return candidates.flatMap(at => {
      const [object = '', verb = ''] = words.slice(at, at + 2);
      const isSame = (object === 'container' && ofContainer.test(verb)) || (object === 'image' && ofImage.test(verb));
      const name = isSame ? verb : managed[`${object} ${verb}`];
      return name === undefined ? none : [{at, length: 2, name}];
    });
  }
  const [first] = candidates;
  const before = words[1]?.startsWith('-') ? candidates.slice(0, 3) : first === undefined ? [] : [first];
  return before.flatMap(at =>
    (shortened[program] ?? []).flatMap(([name, others]) =>
      others.test(words[at] ?? '') ? [{at, length: 1, name}] : none,
    ),
  );
}
