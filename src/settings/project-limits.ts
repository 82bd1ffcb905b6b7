/**
 * What a project's files can never say, trusted or not: where requests go and which key they carry, how much is asked,
 * whether there is a sandbox, whether the person's hooks run, and variables that decide which programs run.
 */
import {claudeKeyHelpers} from './claude.js';
import type {SettingsFile} from './schema.js';

export interface Limited {
  readonly settings: SettingsFile;
  /** Keys, such as `env.PATH`, that were there and have no effect, with the reason. */
  readonly refused: readonly {readonly key: string; readonly reason: string}[];
}

const provider = 'it would decide where requests go or which key they carry';
const programs = 'it would decide which programs run';
const environment = 'it belongs to the machine and its person';

/** Whole names in any case, `*` for any letters, with the reason. The first that matches counts. */
const refusedVariables: readonly (readonly [reason: string, patterns: readonly string[]])[] = [
  [provider, ['ANTHROPIC_*', 'CLAUDE_*', 'OPENAI_*', 'AZURE_*', 'AWS_*', 'GOOGLE_*', 'GEMINI_*', 'VERTEX_*']],
  [provider, ['*_API_KEY', '*_AUTH_TOKEN', '*_ACCESS_TOKEN', '*_BASE_URL', '*_PROXY', 'SSL_CERT_*', 'SSLKEYLOGFILE']],
  [provider, ['CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'OTEL_*', 'AGENT_*']],
  [programs, ['PATH', 'LD_*', 'DYLD_*', 'NODE_*', 'NPM_*', 'YARN_*', 'PNPM_*', 'BUN_*', 'DENO_*', 'GCONV_PATH']],
  [programs, ['PYTHON*', 'PERL*', 'RUBY*', 'GEM_*', 'BUNDLE_*', 'LUA_*', 'JAVA_*', '_JAVA_*', 'JDK_*', 'MAVEN_*']],
  [
    programs,
    ['GRADLE_*', 'DOTNET_*', 'CORECLR_*', 'GO*', 'CARGO_*', 'RUSTC*', 'RUSTFLAGS', 'R_*', 'PHP*', 'COMPOSER_*'],
  ],
  [
    programs,
    ['BASH_*', 'BASHOPTS', 'SHELLOPTS', 'ENV', 'ZDOTDIR', 'IFS', 'PS?', 'PROMPT_COMMAND', 'CDPATH', 'GLOBIGNORE'],
  ],
  [programs, ['GIT_*', 'SSH_*', 'RSYNC_*', 'SUDO_*', 'MAKEFLAGS', 'MAKEFILES', 'GNUMAKEFLAGS', 'RIPGREP_CONFIG_PATH']],
  [
    programs,
    ['*PAGER', '*EDITOR', 'VISUAL', 'BROWSER', 'LESS*', 'MANPAGER', 'MANOPT', 'CC', 'CXX', 'DOCKER_*', 'KUBE*'],
  ],
  [
    environment,
    ['HOME', 'SHELL', 'USER', 'LOGNAME', 'TMPDIR', 'TMP', 'TEMP', 'XDG_*', 'PWD', 'OLDPWD', 'TERM*', 'LC_*'],
  ],
  [environment, ['LANG', 'LANGUAGE', 'LOCPATH', 'NLSPATH', 'HOSTALIASES', 'RES_OPTIONS', 'LOCALDOMAIN', 'MALLOC_*']],
];

const toPattern = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');

/** Why a project may not set that variable; null if it may. */
function whyNot(name: string): string | null {
  return refusedVariables.find(([, patterns]) => patterns.some(each => toPattern(each).test(name)))?.[0] ?? null;
}

/** `given` is the file's own value: what it holds in vain is named too. */
export function limitProject(settings: SettingsFile, given: unknown): Limited {
  const {env = {}, permissions, sandbox, disableAllHooks, cleanupPeriodDays, webFetch, ...rest} = settings;
  const {defaultMode, ...otherPermissions} = permissions ?? {};
  const refused: Limited['refused'][number][] = [];
  const refuse = (key: string, reason: string): void => void refused.push({key, reason});

  if (defaultMode !== undefined) refuse('permissions.defaultMode', 'how much is asked is for the person to say');
  if (sandbox !== undefined) refuse('sandbox', 'what the sandbox lets out is for the person to say');
  if (webFetch !== undefined) refuse('webFetch', 'what of your networks can be reached is for the person to say');
  if (disableAllHooks !== undefined) refuse('disableAllHooks', 'hooks of the person or the machine are not its own');
  if (cleanupPeriodDays !== undefined)
    refuse('cleanupPeriodDays', 'how long conversations are kept is for the person to say');
  for (const key of claudeKeyHelpers) {
    if (typeof given === 'object' && given !== null && Object.hasOwn(given, key)) refuse(key, provider);
  }
  const kept = Object.entries(env).filter(([name]) => {
    const reason = whyNot(name);
    if (reason !== null) refuse(`env.${name}`, reason);
    return reason === null;
  });
  return {
    settings: {
      ...rest,
      ...(permissions && {permissions: otherPermissions}),
      ...(kept.length > 0 && {env: Object.fromEntries(kept)}),
    },
    refused,
  };
}
