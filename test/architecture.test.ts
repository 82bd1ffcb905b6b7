/**
 * The map of docs/architecture.md as data: who may import whom, how long a file may be. It has no exemption list.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';

const root = fileURLToPath(new URL('../src/', import.meta.url));

const coreLimits: Readonly<Record<string, number>> = {
  'types.ts': 230,
  'tokens.ts': 30,
  'mail.ts': 40,
  'display.ts': 40,
  'tree.ts': 160,
  'asides.ts': 40,
  'command-events.ts': 30,
  'ports.ts': 180,
  'call-context.ts': 80,
  'holds.ts': 40,
  'tool-state.ts': 40,
  'tasks.ts': 50,
  'background.ts': 190,
  'command-end.ts': 30,
  'commands.ts': 80,
  'command-sandbox.ts': 30,
  'policy.ts': 60,
  'hook-points.ts': 80,
  'question.ts': 60,
  'permit.ts': 70,
  'ask.ts': 60,
  'hear.ts': 40,
  'heritage.ts': 50,
  'isolation.ts': 60,
  'choose.ts': 40,
  'tool.ts': 80,
  'tool-names.ts': 30,
  'errors.ts': 80,
  'cancel.ts': 130,
  'budget.ts': 80,
  'ledger.ts': 140,
  'level.ts': 70,
  'bill.ts': 40,
  'tally.ts': 60,
  'workers.ts': 100,
  'share.ts': 80,
  'amounts.ts': 50,
  'booking.ts': 40,
  'caps.ts': 60,
  'allowance.ts': 80,
  'report-room.ts': 60,
  'report-time.ts': 40,
  'fitting.ts': 70,
  'growth.ts': 80,
  'rejection.ts': 110,
  'excess.ts': 40,
  'line.ts': 110,
  'admission.ts': 60,
  'endings.ts': 90,
  'outcome.ts': 30,
  'patience.ts': 50,
  'deadline.ts': 90,
  'merge.ts': 70,
  'agent.ts': 100,
  'run-agent.ts': 110,
  'fallback.ts': 80,
  'conversation.ts': 60,
  'records.ts': 80,
  'tree-records.ts': 70,
  'kept.ts': 110,
  'life.ts': 150,
  'kept-tree.ts': 60,
  'aftermath.ts': 150,
  'recall.ts': 140,
  'begin.ts': 40,
  'replay.ts': 60,
  'retold.ts': 40,
  'rewind.ts': 70,
  'call-title.ts': 20,
  'siblings.ts': 20,
  'spawn.ts': 220,
  'members.ts': 70,
  'verbs.ts': 90,
  'control.ts': 140,
  'following.ts': 60,
  'reports.ts': 70,
  'agents.ts': 200,
  'window.ts': 50,
  'attempts.ts': 80,
  'mailbox.ts': 100,
  'queue.ts': 80,
  'inboxes.ts': 90,
  'registry.ts': 220,
  'snapshot.ts': 60,
  'watchers.ts': 50,
  'limits.ts': 70,
  'kinship.ts': 110,
  'usage.ts': 60,
  'first-line.ts': 10,
  'activity.ts': 100,
  'deltas.ts': 40,
  'pieces.ts': 20,
  'transcript.ts': 180,
  'readable.ts': 110,
  'estimate.ts': 60,
  'growing-text.ts': 40,
  'call-input.ts': 30,
  'draft.ts': 180,
  'wire-block.ts': 60,
  'reply.ts': 120,
  'request.ts': 110,
  'run-call.ts': 220,
  'tool-result.ts': 90,
  'result-parts.ts': 60,
  'run-tools.ts': 240,
  'run.ts': 80,
  'entry.ts': 50,
  'compaction-events.ts': 50,
  'carried.ts': 110,
  'summary.ts': 80,
  'shrink.ts': 110,
  'request-summary.ts': 120,
  'compact.ts': 160,
  'compact-now.ts': 60,
  'crowding.ts': 30,
  'heed-window.ts': 90,
  'overflow.ts': 50,
  'kept-history.ts': 50,
  'spending.ts': 20,
  'kept-entries.ts': 70,
  'changes.ts': 30,
  'compaction-records.ts': 30,
  'context.ts': 120,
  'divide.ts': 40,
  'quiet.ts': 30,
  'query.ts': 300,
  'last-steps.ts': 70,
  'stop-hook.ts': 60,
  'submit.ts': 60,
  'session-types.ts': 100,
  'session.ts': 200,
  'turns.ts': 90,
};
const limitElsewhere = 300;

const corePackages: Readonly<Record<string, 'types' | 'run time'>> = {
  'p-limit': 'run time',
  '@anthropic-ai/sdk': 'types',
};
const adapters = [
  'agents',
  'files',
  'providers',
  'tools',
  'permissions',
  'hooks',
  'settings',
  'sandbox',
  'store',
  'prompt',
  'telemetry',
] as const;
/** What an adapter may use of core. */
const ports = ['types', 'tree', 'ports', 'policy', 'question', 'tool', 'errors', 'cancel'].map(
  name => `core/${name}.ts`,
);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const room = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : file);
const isAdapter = (name: string): boolean => (adapters as readonly string[]).includes(name);

/** The import table. Packages are judged elsewhere; here every `to` is a file under src/. */
function isAllowed({from, to, typeOnly}: Import): boolean {
  const [source, target] = [room(from), room(to)];
  if (source === target && source !== from) return true;
  switch (source) {
    case 'core':
    case 'platform':
      return false;
    case 'ui':
      return target === 'core' && typeOnly;
    case 'session.ts':
      return typeOnly && (target === 'core' || target === 'platform' || isAdapter(target));
    case 'compose.ts':
    case 'compose':
      return ['session.ts', 'core', 'platform', 'compose'].includes(target) || isAdapter(target);
    case 'index.ts':
      return target === 'session.ts' || target === 'compose.ts' || target === 'core' || isAdapter(target);
    case 'cli':
      return target !== 'index.ts';
    default:
      if (!isAdapter(source)) return false;
      return target === 'platform' || ports.includes(to) || (target === 'settings' && typeOnly);
  }
}

function filesOfKind(kind: RegExp): readonly string[] {
  return readdirSync(root, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && kind.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

const importPattern =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*(?:\/\*.*?\*\/\s*)?'([^']+)'/gm;

function importsOf(file: string): readonly {readonly specifier: string; readonly typeOnly: boolean}[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(importPattern)].map(match => ({
    specifier: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }));
}

const files = filesOfKind(/\.tsx?$/);
/** Data is imported by the same arrows as code. */
const known = new Set([...files, ...filesOfKind(/\.json$/)]);

function resolve(from: string, specifier: string): string {
  const target = join(dirname(from), specifier);
  const found = [target, target.replace(/\.js$/, '.ts'), target.replace(/\.js$/, '.tsx')].find(name => known.has(name));
  if (found === undefined) throw new Error(`${from} imports ${specifier}, which is no file under src/`);
  return found;
}

const internal: readonly Import[] = files.flatMap(from =>
  importsOf(from)
    .filter(({specifier}) => specifier.startsWith('.'))
    .map(({specifier, typeOnly}) => ({from, to: resolve(from, specifier), typeOnly})),
);

describe('the architecture', () => {
  it('finds the source files and their imports', () => {
    expect(files).toContain('core/types.ts');
    expect(files.length).toBeGreaterThan(40);
    expect(internal.length).toBeGreaterThan(files.length);
  });

  it('has only the arrows of the import table', () => {
    expect(internal.filter(arrow => !isAllowed(arrow)).map(({from, to}) => `${from} -> ${to}`)).toEqual([]);
  });

  it('keeps core free of Node, and of packages but p-limit and types', () => {
    const foreign = files
      .filter(file => room(file) === 'core')
      .flatMap(file => importsOf(file).map(found => ({file, ...found})))
      .filter(({specifier}) => !specifier.startsWith('.'))
      .filter(({specifier, typeOnly}) => {
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        const use = corePackages[name];
        return use === undefined || (use === 'types' && !typeOnly);
      });
    expect(foreign).toEqual([]);
  });

  it('has no import cycle, type imports included', () => {
    const next = new Map(files.map(file => [file, internal.filter(({from}) => from === file).map(({to}) => to)]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      else if (!done.has(file)) {
        for (const target of next.get(file) ?? []) visit(target, [...path, file]);
        done.add(file);
      }
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('keeps every file within its limit', () => {
    const tooLong = files
      .map(file => ({file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length}))
      .map(({file, lines}) => ({
        file,
        lines,
        limit: room(file) === 'core' ? (coreLimits[file.slice('core/'.length)] ?? 0) : limitElsewhere,
      }))
      .filter(({lines, limit}) => lines > limit);
    expect(tooLong).toEqual([]);
  });

  it('has in core the files that docs/architecture.md lists, with the same limits', () => {
    const page = readFileSync(fileURLToPath(new URL('../docs/architecture.md', import.meta.url)), 'utf8');
    const rows = [...page.matchAll(/^\| `([\w-]+\.ts)` \| .+ \| (\d+) \|$/gm)];
    const listed = rows.map(([, file = '', limit]) => [file, Number(limit)] as const);
    expect(new Set(listed.map(([file]) => file)).size).toBe(listed.length);
    expect(Object.fromEntries(listed)).toEqual(coreLimits);
    const there = files.filter(file => room(file) === 'core').map(file => file.slice('core/'.length));
    expect(Object.keys(coreLimits).sort()).toEqual(there);
  });
});
