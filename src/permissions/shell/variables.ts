/**
 * Which environment variables may be set for a command without a question. Many change what runs: where programs and
 * libraries are found, which pager, editor, shell or remote command is started, what an interpreter loads first.
 */
import {isGitCommand} from './carriers.js';
import {hidden} from './types.js';

const harmless = new Set(
  (
    'NODE_ENV CI DEBUG VERBOSE LANG LANGUAGE TZ TERM COLUMNS LINES NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE COLORTERM ' +
    'RUST_BACKTRACE RUST_LOG RUST_LOG_STYLE CARGO_TERM_COLOR CGO_ENABLED GOOS GOARCH GOMAXPROCS GOGC PYTHONUNBUFFERED ' +
    'PYTHONDONTWRITEBYTECODE PYTHONHASHSEED PYTHONIOENCODING PYTHONUTF8 PYTEST_DISABLE_PLUGIN_AUTOLOAD LOG_LEVEL ' +
    'LOGLEVEL BUILD_ENV APP_ENV RAILS_ENV RACK_ENV MIX_ENV ENVIRONMENT STAGE PORT HOST NEXT_TELEMETRY_DISABLED ' +
    'DO_NOT_TRACK TURBO_TELEMETRY_DISABLED ASTRO_TELEMETRY_DISABLED DOTNET_CLI_TELEMETRY_OPTOUT HUSKY ' +
    'DJANGO_SETTINGS_DEBUG GIT_TERMINAL_PROMPT GIT_OPTIONAL_LOCKS SOURCE_DATE_EPOCH TEST_ENV JEST_WORKER_ID ' +
    'BABEL_ENV NODE_DEBUG NODE_NO_WARNINGS VITEST NUM_THREADS OMP_NUM_THREADS MAKELEVEL DEBIAN_FRONTEND TIMEFORMAT GREP_COLOR GREP_COLORS LS_COLORS ' +
    'TIME_STYLE BLOCK_SIZE POSIXLY_CORRECT'
  ).split(' '),
);

/** These steer the shell itself, or programs, even when they are only assigned and not exported anew. */
const steering = new Set(
  (
    'PATH HOME SHELL IFS ENV CDPATH PS4 PS0 PROMPT_COMMAND SHELLOPTS BASHOPTS GLOBIGNORE EXECIGNORE FIGNORE OLDPWD PWD ' +
    'PAGER MANPAGER MANOPT LESS MORE BROWSER EDITOR VISUAL FCEDIT SUDO_ASKPASS SSH_ASKPASS SSH_AUTH_SOCK ' +
    'CLASSPATH JAVA_HOME JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS _JAVA_OPTIONS MAVEN_OPTS MAVEN_ARGS GRADLE_OPTS ' +
    'CC CXX CPP LD AR AS FC TAR_OPTIONS RIPGREP_CONFIG_PATH FZF_DEFAULT_COMMAND TMPDIR TMP TEMP MAKEFLAGS ' +
    'GNUMAKEFLAGS MAKEFILES MFLAGS RSYNC_RSH CVS_RSH SVN_SSH EXINIT VIMINIT GVIMINIT MYVIMRC INPUTRC TERMINFO ' +
    'TERMCAP TERMINFO_DIRS LOCPATH NLSPATH GCONV_PATH HOSTALIASES RES_OPTIONS MALLOC_TRACE RUSTC RUSTDOC RUSTFLAGS ' +
    'RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER GOFLAGS GOROOT GOPATH GOPROXY GOTOOLCHAIN HTTP_PROXY HTTPS_PROXY ALL_PROXY ' +
    'http_proxy https_proxy all_proxy KUBECONFIG DOCKER_HOST DOCKER_CONFIG AWS_CONFIG_FILE OPENSSL_CONF ' +
    'XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_DATA_DIRS ZDOTDIR FPATH MODULE_PATH CURL_HOME WGETRC NETRC ' +
    'PSQLRC SQLITE_HISTORY PARALLEL ACK_OPTIONS GREP_OPTIONS LESSOPEN LESSCLOSE SYSTEMD_PAGER SYSTEMD_EDITOR JQ_LIBRARY_PATH'
  ).split(' '),
);

const steeringNames =
  /^(?:LD_|DYLD_|GIT_|BASH_|NODE_|NPM_|npm_|YARN_|PNPM_|COREPACK_|PYTHON|PYTEST_|PIP_|UV_|POETRY_|RUBY|GEM_|BUNDLE_|PERL|PHP|LUA|JULIA_|R_|CARGO_|DOTNET_|COMPOSER_|HOMEBREW_|DOCKER_|KUBE|AGENT_|ANTHROPIC_|CLAUDE_|SSH_|VIM|EMACS|LESS|MAN|GLIBC_|ASAN_|GTEST_)|(?:_PAGER|_EDITOR|_SHELL|_COMMAND|_CMD|_HOOK|_PATH|_OPTIONS|_OPTS|_FLAGS|FLAGS|_PRELOAD|_WRAPPER|_RUNNER|_PROXY|_LINKER|_HOME|_INIT|_RC)$/;

/** Whether setting it may change what a command is, so that it is never let through unasked. */
export function steers(name: string): boolean {
  return !harmless.has(name) && !name.startsWith('LC_') && (steering.has(name) || steeringNames.test(name));
}

/** A number, a yes or a no: it names no code, whoever reads it. */
const plainValue = /^(?:-?\d+(?:\.\d+)?|true|false|yes|no|on|off|)$/i;

/** Options of Node that load no code, and send it nowhere. */
const nodeOption =
  /^--(?:max-(?:old-space|semi-space|http-header)-size=\d+|stack-trace-limit=\d+|unhandled-rejections=[a-z-]+|dns-result-order=\w+|(?:no-)?(?:warnings|deprecation|experimental-(?:vm-modules|strip-types|fetch|require-module|detect-module|global-webcrypto|websocket))|(?:trace|throw)-(?:warnings|deprecation|uncaught)|enable-source-maps|expose-gc|openssl-legacy-provider|preserve-symlinks(?:-main)?)$/;

/** Whether it may be handed to a program unasked. */
export function isHarmless(name: string, value: string): boolean {
  if (harmless.has(name) || /^LC_[A-Z]+$/.test(name)) return true;
  if (name === 'NODE_OPTIONS') return value.split(/\s+/).every(option => option === '' || nodeOption.test(option));
  // It only shows what it is given.
  if (/^(?:GIT_|MAN|GH_|SYSTEMD_)?PAGER$/.test(name)) return value === 'cat';
  return !steers(name) && plainValue.test(value);
}

const commandNames =
  /^(?:SHELL|PAGER|EDITOR|VISUAL|BROWSER|FCEDIT|LESSOPEN|LESSCLOSE|CC|CXX|LD|RUSTC|RSYNC_RSH|GIT_SSH|GIT_EXTERNAL_DIFF|\w+_(?:PAGER|EDITOR|COMMAND|CMD|SHELL|ASKPASS|WRAPPER|RUNNER|HOOK|RSH|SSH)|npm_config_\w*(?:shell|git|editor|viewer))$/;
/** Code in ways of their own, and options of programs that take commands. */
const carryingNames =
  /^(?:PS[0-4]|PROMPT_COMMAND|LESS|MANOPT|PARALLEL|GIT_CONFIG_\w+|NODE_OPTIONS|npm_config_node_options|PERL5OPT|PERL5DB|RUBYOPT|TAR_OPTIONS|ZIPOPT|(?:GNU)?MAKEFLAGS|MFLAGS|GOFLAGS|RUSTFLAGS|EXINIT|VIMINIT|LD_PRELOAD)$/;
const startupNames = /^(?:BASH_ENV|ENV)$/;
/** What people call an environment, where `ENV` is no file. */
const environmentName = /^=(?:dev|prod|test|stag|local|ci|qa|uat|debug|release)\w*$/i;

/** Whether the value is a command as a shell reads it. */
export const holdsCommand = (name: string): boolean => commandNames.test(name) && !carryingNames.test(name);

/** Whether a command may stand there, so that one that is not known could be anything. */
export const isCommandName = (name: string): boolean =>
  name === 'IFS' || startupNames.test(name) || carryingNames.test(name) || commandNames.test(name);

/** `GIT_CONFIG_KEY_0=alias.x`: what stands beside it is run, in a way of git's own. */
const namesGitCommand = (name: string, value: string): boolean =>
  /^GIT_CONFIG_(?:KEY_\d+|PARAMETERS)$/.test(name) && (isGitCommand(value.slice(1)) || name.endsWith('S'));

/** Whether a command is put there that the line does not show. @param value with the `=` before it. */
export const isUnseen = (name: string, value: string): boolean =>
  isCommandName(name) &&
  (!value.includes('=') ||
    value.includes(hidden) ||
    namesGitCommand(name, value) ||
    (carryingNames.test(name) && /[$`|]/.test(value)) ||
    // Shells run that file when they start.
    (startupNames.test(name) && value !== '=' && !environmentName.test(value)));
