/** Telemetry of the command: what turns it on, what does not, and what is loaded for it. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent} from '../support/agent.js';
import {startCollector} from '../support/collector.js';

/** The files of the program that were loaded, by what V8 counts of them. */
function loadedBy(folder: Folder): string {
  const place = join(folder.path, 'coverage');
  const [file = ''] = readdirSync(place);
  const {result} = JSON.parse(readFileSync(join(place, file), 'utf8')) as {result: readonly {url: string}[]};
  return result.map(({url}) => url).join('\n');
}

const hello = (folder: Folder, env: Record<string, string> = {}, ...args: readonly string[]) =>
  runAgent(['-p', 'hello', ...args], {
    cwd: folder.path,
    env: {HOME: folder.path, NODE_V8_COVERAGE: join(folder.path, 'coverage'), ...env},
  });

describe('telemetry', () => {
  it('is not even loaded where no variable asks for it', async () => {
    const folder = createFolder();
    expect((await hello(folder, {OTEL_SERVICE_NAME: 'x'})).code).toBe(0);
    expect(loadedBy(folder)).toContain('answer-once');
    expect(loadedBy(folder)).not.toContain('telemetry');
  });

  it('is turned on by the environment or by the person’s own settings, and said by the doctor', async () => {
    const collector = await startCollector();
    const settings = JSON.stringify({env: {OTEL_EXPORTER_OTLP_ENDPOINT: collector.url}});
    const folder = createFolder({'.agent/settings.json': settings});
    // The home is the folder, so that these are the person's.
    const run = await hello(folder, {OTEL_METRICS_EXPORTER: 'none'});
    expect([run.code, collector.exports.map(({path}) => path)]).toEqual([0, ['/v1/traces']]);
    expect(loadedBy(folder)).toContain('telemetry');
    const doctor = await runAgent(['doctor'], {cwd: folder.path, env: {HOME: folder.path}});
    expect(doctor.stdout).toContain(`  telemetry  traces go to ${new URL(collector.url).host}\n`);
  });

  it('is not turned on by a project, trusted or not', async () => {
    const collector = await startCollector();
    const settings = JSON.stringify({env: {OTEL_EXPORTER_OTLP_ENDPOINT: collector.url}});
    const folder = createFolder({
      'project/.agent/settings.json': settings,
      'project/.git/HEAD': 'ref: refs/heads/main\n',
    });
    for (const trust of [[], ['--trust']]) {
      const env = {HOME: folder.path};
      await runAgent(['-p', 'hello', ...trust], {cwd: join(folder.path, 'project'), env});
    }
    expect(collector.exports).toEqual([]);
  });

  it('holds nobody up that nothing takes it, and leaves the answer alone', async () => {
    const folder = createFolder();
    const quiet = await hello(folder);
    const run = await hello(folder, {OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9'});
    expect([run.code, run.stdout]).toEqual([0, quiet.stdout]);
    const told = run.stderr.split('\n').filter(line => line.includes('Telemetry'));
    expect(told).toEqual([
      'Warning: Telemetry is not sent: the collector at 127.0.0.1:9 was not reached: ECONNREFUSED.',
    ]);
  });
});
