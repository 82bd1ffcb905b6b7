/** Contents that a git repository keeps, by their ids. Asks git once for all of them, and never in a way that runs what the repository names. */
import {spawn} from 'node:child_process';
import type {Repository} from './git.js';
import {ownPath} from './search-path.js';

/** Far more than a command changes; a git that hangs is ended. */
const timeoutMs = 20_000;

/** Those that are there. Never rejects. */
export async function readBlobs(
  {gitDir, root}: Repository,
  oids: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  if (oids.length === 0) return new Map();
  const output = await run(gitDir, root, `${oids.join('\n')}\n`);
  return parse(output);
}

function run(gitDir: string, root: string, input: string): Promise<Buffer> {
  return new Promise(done => {
    const child = spawn('git', ['--git-dir', gitDir, 'cat-file', '--batch'], {
      cwd: root,
      env: {
        PATH: ownPath(process.env.PATH ?? '', root),
        HOME: process.env.HOME,
        GIT_NO_LAZY_FETCH: '1',
        GIT_ALLOW_PROTOCOL: 'none',
        GIT_NO_REPLACE_OBJECTS: '1',
      },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => {});
    child.on('error', () => done(Buffer.alloc(0)));
    child.on('close', () => done(Buffer.concat(chunks)));
    child.stdin.end(input);
  });
}

/** `<oid> blob <size>`, the bytes and a line feed for each; `<oid> missing` for what is not there. */
function parse(output: Buffer): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    if (end < 0) break;
    const [oid = '', type, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    const next = at + Number(size);
    if (next > output.length) break;
    if (type === 'blob') blobs.set(oid, output.subarray(at, next));
    at = next + 1;
  }
  return blobs;
}
