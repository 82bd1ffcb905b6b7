/**
 * What holds root. The kernel's files belong to it: it may change the system through them without any capability. And in a
 * sandbox it would have all capabilities over namespaces of its own, in which it could mount the control groups of the
 * machine. So those files are read-only for it, it keeps no capability, and makes no namespace in which it would have them.
 */
import {lstatSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {quote} from '../platform/shell-call.js';

/** Whether commands are run as root. */
export const isRoot = (): boolean => process.geteuid?.() === 0;

const kernelFolder = '/proc';
/** How many user namespaces may be made in that of who asks. The folder holds limits of this kind, no capability, no writing. */
const limitOfNamespaces = '/proc/sys/user/max_user_namespaces';
const dropAll: readonly string[] = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];

/**
 * Shell code for the beginning of a sandbox: goes on with a script, without capabilities. The limit is that of the user
 * namespace that this runs in, hence the look at whether it is one with a single user: the machine's own is never touched.
 */
export function asOrdinary(
  script: string,
  {setpriv, shell}: {readonly setpriv: string; readonly shell: string},
): string {
  return `
IFS=' ' read -r agent_first agent_outer agent_users </proc/self/uid_map && [ "$agent_users" -eq 1 ] &&
  echo 0 >${limitOfNamespaces} || { echo 'root cannot be held in this sandbox' >&2; exit 1; }
exec ${[setpriv, ...dropAll, shell, '-c', script].map(quote).join(' ')}`;
}

/** Where a sandbox gets its own view of processes, and ends its mounts. */
const mountOfKernelFolder = ` --proc ${kernelFolder} -- `;

/**
 * The shell code that starts a sandbox, with the kernel's files read-only.
 *
 * @throws if it cannot be seen where they are mounted: then there is no sandbox.
 */
export function withKernelFilesKept(wrapped: string): string {
  const [before, after, ...more] = wrapped.split(mountOfKernelFolder);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error('the sandbox cannot keep root from the files of the kernel, so nothing is run in it');
  }
  const mounts = kernelFiles().map(path => `--ro-bind ${quote(path)} ${quote(path)} `);
  return `${before}${mountOfKernelFolder.replace('-- ', '')}${mounts.join('')}-- ${after}`;
}

/** All that is not about processes: folders, and files that somebody may write. Of the settings, all but those limits. */
function kernelFiles(): readonly string[] {
  const settings = join(kernelFolder, 'sys');
  return [...entriesOf(kernelFolder), ...entriesOf(settings)]
    .filter(({entry}) => !/^\d+$/.test(entry.name))
    .filter(({path}) => path !== settings && path !== dirname(limitOfNamespaces))
    .filter(({entry, path}) => entry.isDirectory() || (entry.isFile() && (lstatSync(path).mode & 0o222) !== 0))
    .map(({path}) => path);
}

const entriesOf = (folder: string) =>
  readdirSync(folder, {withFileTypes: true}).map(entry => ({entry, path: join(folder, entry.name)}));
