/**
 * A small program over the sources, in a process of its own: for what a process reads when it starts, and for when it
 * ends by itself.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface ChildOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `source`, a module that imports from `./src/…`, with nothing in its environment but `env` and PATH. Resolves
 * when the process has ended by itself. `through`: shell code that runs it as `"$0" "$@"`.
 */
export async function runProgram(
  source: string,
  env: Readonly<Record<string, string>>,
  through = 'exec "$0" "$@"',
): Promise<ChildOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'agent-program-'));
  try {
    await build({
      stdin: {contents: source, resolveDir: root, loader: 'ts'},
      outdir: folder,
      entryNames: 'program',
      outExtension: {'.js': '.mjs'},
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      banner: {js: "import {createRequire} from 'node:module';const require=createRequire(import.meta.url);"},
    });
    const child = spawn('bash', ['-c', through, process.execPath, join(folder, 'program.mjs')], {
      env: {PATH: process.env.PATH ?? '', ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return {code, stdout, stderr};
  } finally {
    await rm(folder, {recursive: true});
  }
}
