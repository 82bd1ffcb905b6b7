/**
 * Agents and a person change the same files at random, and at random everything goes back to before a message: what the session
 * did since is undone, what the person did is never.
 */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createFiles} from '../../src/files/files.js';
import {createFileHistory, type FileHistory} from '../../src/files/history.js';
import {createTurns} from '../../src/files/turns.js';
import {createFolder} from '../support/folder.js';

const names = ['a', 'b', 'c', 'deep/d', 'deep/er/e'];
const ways = ['write', 'append', 'replace', 'delete', 'mode'] as const;

interface Act {
  readonly name: string;
  readonly way: (typeof ways)[number];
}

type Step =
  | {readonly type: 'tool'; readonly agent: number; readonly name: string}
  | {readonly type: 'command'; readonly agent: number; readonly acts: readonly Act[]}
  | {readonly type: 'person'; readonly acts: readonly Act[]}
  | {readonly type: 'message'}
  | {readonly type: 'rewind'; readonly to: number}
  | {readonly type: 'restart'};

const act = fc.record({name: fc.constantFrom(...names), way: fc.constantFrom(...ways)});
const acts = fc.array(act, {minLength: 1, maxLength: 3});
const agent = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 4, arbitrary: fc.record({type: fc.constant('tool' as const), agent, name: fc.constantFrom(...names)})},
  {weight: 4, arbitrary: fc.record({type: fc.constant('command' as const), agent, acts})},
  {weight: 3, arbitrary: fc.record({type: fc.constant('person' as const), acts})},
  {weight: 3, arbitrary: fc.record({type: fc.constant('message' as const)})},
  {weight: 2, arbitrary: fc.record({type: fc.constant('rewind' as const), to: fc.nat(20)})},
  {weight: 1, arbitrary: fc.record({type: fc.constant('restart' as const)})},
);

/** What a file is, as a text; null for none. */
type Seen = string | null;

interface Done {
  readonly name: string;
  readonly by: 'session' | 'person';
  readonly now: Seen;
}

const {signal} = new AbortController();

function createScene() {
  const [root, kept] = [createFolder(), createFolder()];
  const pathOf = (name: string): string => join(root, name);
  const see = (name: string): Seen => {
    const path = pathOf(name);
    return existsSync(path) ? `${readFileSync(path, 'utf8')} ${(statSync(path).mode & 0o111) !== 0}` : null;
  };
  const points: string[] = [];
  /** What was there at each message, and all that was done since the beginning, with messages between. */
  const log: (Done | {readonly point: string})[] = [];
  const before = new Map<string, ReadonlyMap<string, Seen>>();
  let count = 0;
  let history: FileHistory;
  let files: ReturnType<typeof createFiles>;
  open();

  function open(): void {
    const takeTurn = createTurns();
    history = createFileHistory({folder: kept, root, without: [], points: () => points}, takeTurn);
    files = createFiles({takeTurn, open: () => Promise.resolve(history), opened: () => history});
  }

  const all = (): ReadonlyMap<string, Seen> => new Map(names.map(name => [name, see(name)]));

  /** Notes what differs. */
  async function noting(by: Done['by'], work: () => unknown): Promise<void> {
    const was = all();
    await work();
    for (const name of names) if (see(name) !== was.get(name)) log.push({name, by, now: see(name)});
  }

  /** All contents are of one size. */
  const content = (): string => String(++count).padStart(6, '0');

  function perform({name, way}: Act): void {
    const path = pathOf(name);
    mkdirSync(dirname(path), {recursive: true});
    if (way === 'write') writeFileSync(path, content());
    else if (way === 'append') appendFileSync(path, content());
    else if (way === 'delete') rmSync(path, {force: true});
    else if (way === 'replace') {
      writeFileSync(`${path}.new`, content());
      renameSync(`${path}.new`, path);
    } else if (existsSync(path)) chmodSync(path, (lstatSync(path).mode & 0o111) === 0 ? 0o755 : 0o644);
  }

  async function tool(name: string, agentId: string): Promise<void> {
    const path = pathOf(name);
    const read = existsSync(path) ? await files.read(path, {maxBytes: 1e6, signal}) : null;
    await files.write(path, Buffer.from(content()), {agentId, expected: read?.hash ?? null});
  }

  /** What a file should be after going back to that message. */
  function expected(name: string, entryId: string): Seen {
    const start = log.findIndex(each => 'point' in each && each.point === entryId);
    const was = before.get(entryId)?.get(name) ?? null;
    const own: Done[] = [];
    for (const each of log.slice(start)) {
      if (!('name' in each) || each.name !== name) continue;
      // What the person does in a row is one change, and none if it leads back to where it began.
      if (each.by === 'person' && own.at(-1)?.by === 'person') own.pop();
      if (each.by !== 'person' || each.now !== (own.length === 0 ? was : own.at(-1)?.now)) own.push(each);
    }
    const first = own.findIndex(({by}) => by === 'session');
    if (first < 0) return see(name);
    if (own.slice(first).some(({by}) => by === 'person')) return see(name);
    return first === 0 ? was : (own[first - 1]?.now ?? null);
  }

  return {
    root,
    kept,
    async take(step: Step): Promise<void> {
      switch (step.type) {
        case 'tool':
          return noting('session', () => tool(step.name, `agent-${step.agent}`));
        case 'command':
          return noting('session', () =>
            history.during(`agent-${step.agent}`, async () => {
              for (const each of step.acts) perform(each);
            }),
          );
        case 'person':
          return noting('person', () => {
            for (const each of step.acts) perform(each);
          });
        case 'message': {
          const entryId = `message-${points.length}`;
          points.push(entryId);
          log.push({point: entryId});
          before.set(entryId, all());
          return;
        }
        case 'restart':
          return open();
        case 'rewind': {
          const entryId = points[step.to % points.length] ?? '';
          const wanted = new Map(names.map(name => [name, expected(name, entryId)]));
          await noting('session', async () => {
            const plan = await history.plan(entryId);
            expect(plan).not.toBeNull();
            if (plan) await history.rewind(plan);
          });
          expect(all()).toEqual(wanted);
          return;
        }
        default:
          step satisfies never;
      }
    },
  };
}

describe('whoever goes back', () => {
  it('undoes what the session did, and leaves what the person did', {timeout: 60_000}, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 5, maxLength: 40}), async steps => {
        const scene = createScene();
        await scene.take({type: 'message'});
        for (const each of steps) await scene.take(each);
        await scene.take({type: 'rewind', to: 0});
        expect(readdirSync(scene.root, {recursive: true}).filter(name => String(name).includes('.tmp'))).toEqual([]);
      }),
      {numRuns: 60},
    );
  });
});
