/**
 * Trees of agents in programs that end at any moment: what is left in the logs is brought to rest, gone on with, and ended
 * again. A failing run prints its seed and path.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {aftermath} from '../../src/core/aftermath.js';
import {begin} from '../../src/core/begin.js';
import {isPaused, type KeptAgent} from '../../src/core/kept-tree.js';
import type {LogRecord} from '../../src/core/records.js';
import type {AgentId, Mail, MessageParam} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {bringToRest, createMemory, type Logs, type Memory, treeOf} from '../support/memory.js';
import {faultsOf, grow, openWorld, shapes, type World, type WorldOptions} from '../support/random-tree.js';
import {runs} from '../support/runs.js';
import {replyTo} from '../support/tree.js';

/** A program over these logs. Its ids are its own, as those of any other are. */
function openOn(memory: Memory, name: string, options: Partial<WorldOptions> = {}): World {
  let ids = 0;
  const model = createScriptedModel(request => {
    const {calls, ...reply} = replyTo(request);
    return {...reply, ...(calls && {calls: calls.map(call => ({...call, id: `call-${name}-${++ids}`}))})};
  });
  return openWorld({around: () => model, store: memory.store, newId: () => `${name}-${++ids}`, ...options});
}

/** What would be in the files, had the program ended after so many records of its own. */
function cutTo(memory: Memory, count: number): Logs {
  const gone = new Map<AgentId, number>();
  for (const {id} of memory.written.slice(count)) gone.set(id, (gone.get(id) ?? 0) + 1);
  const left = [...memory.logs].map(
    ([id, records]) => [id, records.slice(0, records.length - (gone.get(id) ?? 0))] as const,
  );
  return new Map(left.filter(([, records]) => records.length > 0));
}

const textIn = (content: MessageParam['content']): string =>
  typeof content === 'string' ? content : content.map(block => (block.type === 'text' ? block.text : '')).join('');

/** The person writes to somebody after every so many events, and takes every fourth message back; gives how many were accepted. */
function writeLetters(world: World, every: number): {count: number} {
  const sent = {count: 0};
  let events = 0;
  let writes = 0;
  world.session.observe({
    filter() {
      events += 1;
      if (events % every === 0)
        queueMicrotask(() => {
          const {agents} = world.session;
          const live = agents.snapshot().filter(({endedAt}) => endedAt === null);
          writes += 1;
          const to = live[writes % live.length]?.id ?? 'main';
          if (agents.send(to, `letter ${writes}`).accepted) sent.count += 1;
          if (writes % 4 === 0) agents.takeBack(to);
        });
      return false;
    },
  });
  return sent;
}

const messagesOf = (agent: KeptAgent) => begin(agent, '', () => 'new').history.map(({message}) => message);

function countResults({entries}: KeptAgent, callId: string): number {
  return entries
    .flatMap(({entry}) => (typeof entry.message.content === 'string' ? [] : entry.message.content))
    .filter(block => block.type === 'tool_result' && block.tool_use_id === callId).length;
}

const recordsOf = <Type extends LogRecord['type']>(logs: Logs, id: AgentId, type: Type) =>
  (logs.get(id) ?? []).filter((record): record is Extract<LogRecord, {type: Type}> => record.type === type);

/** Read, waiting for somebody who can read it, taken back: each mail is one of these, once. */
function fateOf(logs: Logs, {id, to}: Mail): readonly string[] {
  const tree = treeOf(logs);
  const reader = [tree.root, ...tree.agents].find(agent => agent.id === to);
  const isOpen = to === 'main' || (reader !== undefined && isPaused(tree, reader));
  return [
    ...recordsOf(logs, to, 'mail_read').flatMap(({mailId}) => (mailId === id ? ['read'] : [])),
    ...recordsOf(logs, to, 'mail_withdrawn').flatMap(({mailId}) => (mailId === id ? ['taken back'] : [])),
    ...(reader?.mail.unread ?? []).flatMap(mail => (mail.id === id ? [isOpen ? 'waits' : 'left'] : [])),
  ];
}

function expectRest(logs: Logs): void {
  const tree = treeOf(logs);
  expect([...aftermath(tree, () => 'x')]).toEqual([]);
  for (const agent of [tree.root, ...tree.agents])
    expect([agent.id, faultsOf(messagesOf(agent))]).toEqual([agent.id, []]);
  const all = new Map([tree.root, ...tree.agents].map(agent => [agent.id, agent]));
  const mails = [...logs.keys()].flatMap(id => recordsOf(logs, id, 'mail_queued').map(({mail}) => mail));
  expect(new Set(mails.map(({id}) => id)).size).toBe(mails.length);
  for (const mail of mails.filter(({kind}) => kind === 'message' || kind === 'steer'))
    expect([mail, fateOf(logs, mail)]).toEqual([mail, [expect.any(String)]]);
  for (const {id, spawned, ended, runs: last} of tree.agents) {
    // It has its task, and had not begun.
    if (!spawned) continue;
    expect(ended?.run).toBe(last);
    const parent = all.get(spawned.parentId);
    const isGone = parent && !messagesOf(parent).some(message => JSON.stringify(message).includes(spawned.callId));
    if (!isGone && parent) expect([id, countResults(parent, spawned.callId)]).toEqual([id, 1]);
    for (let run = spawned.background ? 1 : 2; run <= last; run += 1) {
      const own = mails.filter(mail => mail.from === id && mail.run === run && mail.kind === 'agent_finished');
      const fates = own.flatMap(mail => fateOf(logs, mail)).filter(fate => fate !== 'left');
      expect([id, run, fates]).toEqual([id, run, [expect.stringMatching(/read|waits/)]]);
    }
  }
}

describe('a tree of agents whose program ends at any moment', () => {
  it('comes to rest: each call has its result, each end is told once, and no mail is lost or doubled', async () => {
    const seen = {paused: 0, told: 0, letters: 0};
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.array(fc.nat(), {minLength: 12, maxLength: 12}),
        fc.nat(),
        async (all, moments, crash) => {
          const memory = createMemory();
          const world = openOn(memory, 'one');
          const letters = writeLetters(world, 5 + (crash % 20));
          await world.play(JSON.stringify(grow(all)[0]?.plan));
          const isLetter = ({record}: Memory['written'][number]): boolean =>
            record.type === 'mail_queued' && record.mail.kind === 'steer';
          expect(memory.written.filter(isLetter)).toHaveLength(letters.count);
          seen.letters += letters.count;
          for (const moment of moments) {
            const left = createMemory(cutTo(memory, moment % (memory.written.length + 1)));
            // The next program ends as well, before it has written all that.
            bringToRest(left, crash % 6);
            const rest = bringToRest(left);
            expectRest(left.logs);
            seen.paused += rest.agents.filter(agent => isPaused(rest, agent)).length;
            seen.told += rest.root.mail.unread.length;
          }
          void world.session.close();
          await world.settle();
          bringToRest(memory);
          expectRest(memory.logs);
        },
      ),
      runs(10),
    );
    expect(seen.paused).toBeGreaterThan(5);
    expect(seen.told).toBeGreaterThan(5);
    expect(seen.letters).toBeGreaterThan(5);
  });

  it('is gone on with, over and over: nothing runs by itself, whoever is paused goes on when written to', async () => {
    const seen = {resumed: 0, read: 0};
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(fc.nat(), {minLength: 3, maxLength: 3}), async (all, moments) => {
        const prompt = JSON.stringify(grow(all)[0]?.plan);
        let memory = createMemory();
        const begun = openOn(memory, 'g0');
        writeLetters(begun, 11);
        await begun.play(prompt);
        for (const [generation, moment] of moments.entries()) {
          memory = createMemory(cutTo(memory, moment % (memory.written.length + 1)));
          const kept = bringToRest(memory);
          expectRest(memory.logs);
          const unread = kept.root.mail.unread.map(({text}) => text);
          const writtenAtRest = memory.written.length;
          const world = openOn(memory, `g${generation + 1}`, {kept});
          await world.settle();
          expect([world.requests.length, memory.written.length]).toEqual([0, writtenAtRest]);
          expect(
            world.session.agents
              .snapshot()
              .slice(1)
              .map(({id, state}) => [id, state]),
          ).toEqual(kept.agents.map(({id, ended}) => [id, ended?.state ?? 'stopped']));
          await world.play(prompt);
          const first = world.requests.find(({name}) => name === 'root');
          const texts = (first?.request.messages ?? [])
            .slice(kept.root.entries.length)
            .map(({content}) => textIn(content));
          expect(texts).toEqual([...unread, prompt]);
          seen.read += unread.length;
          for (const agent of kept.agents.filter(each => isPaused(kept, each))) {
            const {length} = world.requests;
            if (!world.session.agents.send(agent.id, `letter to ${agent.id}`).accepted) continue;
            await world.settle();
            const own = world.requests.slice(length).find(({name}) => name === agent.spawned?.name);
            const messages = messagesOf(agent);
            expect(own?.request.messages.slice(0, messages.length)).toEqual(messages);
            expect((own?.request.messages ?? []).slice(messages.length).map(({content}) => textIn(content))).toEqual([
              ...agent.mail.unread.map(({text}) => text),
              `letter to ${agent.id}`,
            ]);
            seen.resumed += 1;
          }
        }
      }),
      runs(10),
    );
    expect(seen.resumed).toBeGreaterThan(5);
    expect(seen.read).toBeGreaterThan(5);
  });
});
