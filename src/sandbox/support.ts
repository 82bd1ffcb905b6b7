/**
 * Whether this machine can make a sandbox: bubblewrap and socat on Linux, and for root setpriv; seatbelt on macOS. Programs
 * are looked for where the project cannot put its own, and they have to prove that the system lets them work.
 */
import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';
import {delimiter, join} from 'node:path';
import {isExecutable} from '../platform/paths.js';
import {asOrdinary} from './root.js';

/** Absolute paths, and null on systems that need none. */
export interface Means {
  readonly bwrap: string | null;
  readonly socat: string | null;
  /** What takes its capabilities from a command of root; null for others, who have none. */
  readonly setpriv: string | null;
}

/** `reason`: why not and what to do, for a person. */
export type Support = ({readonly ok: true} & Means) | {readonly ok: false; readonly reason: string};

export interface SupportQuery {
  readonly platform: NodeJS.Platform;
  /** The PATH to look in, without folders of the project. */
  readonly path: string;
  readonly isRoot: boolean;
}

/** Longer than any machine takes to make an empty sandbox. In milliseconds. */
const probeMs = 5_000;
const seatbelt = '/usr/bin/sandbox-exec';
const howToInstall = 'install bubblewrap and socat (apt install bubblewrap socat)';

/** Looks, and on Linux tries: a few milliseconds. Never rejects. */
export async function findSupport({platform, path, isRoot}: SupportQuery): Promise<Support> {
  if (!isInstalled()) return missing('the package @anthropic-ai/sandbox-runtime is not installed', 'reinstall agent');
  if (platform === 'darwin') {
    return isExecutable(seatbelt)
      ? {ok: true, bwrap: null, socat: null, setpriv: null}
      : missing(`there is no ${seatbelt}`);
  }
  if (platform !== 'linux') return missing(`agent has no sandbox for ${platform}`);
  const find = (name: string): string | null =>
    path
      .split(delimiter)
      .map(folder => join(folder, name))
      .find(isExecutable) ?? null;
  const [bwrap, socat] = [find('bwrap'), find('socat')];
  if (bwrap === null) return missing('the program bwrap is not there', howToInstall);
  if (socat === null) return missing('the program socat is not there', howToInstall);
  const fault = await probe(bwrap, [], ':');
  if (fault !== null) return missing(`${bwrap} cannot make one here: ${fault}`, 'let this user make user namespaces');
  if (!isRoot) return {ok: true, bwrap, socat, setpriv: null};
  const setpriv = find('setpriv');
  if (setpriv !== null && (await probeAsRoot(bwrap, setpriv)) === null) {
    return {ok: true, bwrap, socat, setpriv};
  }
  return missing('for root it needs the program setpriv of util-linux', 'install that, or run agent as another user');
}

const missing = (why: string, remedy?: string): Support => ({
  ok: false,
  reason: remedy === undefined ? why : `${why}; ${remedy}`,
});

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@anthropic-ai/sandbox-runtime');
    return true;
  } catch {
    return false;
  }
}

/** A command of root begins with all capabilities over the namespaces that the package makes for it. */
const probeAsRoot = (bwrap: string, setpriv: string): Promise<string | null> =>
  probe(bwrap, ['--cap-add', 'ALL'], asOrdinary(':', {setpriv, shell: '/bin/sh'}));

/** Null if the shell code runs in one, else its first words on why not. */
function probe(bwrap: string, options: readonly string[], code: string): Promise<string | null> {
  const namespaces = ['--unshare-user', '--unshare-pid', '--unshare-net'];
  const mounts = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];
  const args = [...mounts, ...namespaces, ...options, '--', '/bin/sh', '-c', code];
  return new Promise(done => {
    const child = spawn(bwrap, args, {stdio: ['ignore', 'ignore', 'pipe'], timeout: probeMs, killSignal: 'SIGKILL'});
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, 1_000);
    });
    child.on('error', error => done(error.message));
    child.on('close', code => done(code === 0 ? null : said.trim().split('\n')[0] || `it ended with ${code}`));
  });
}
