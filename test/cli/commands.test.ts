import {describe, expect, it} from 'vitest';
import {type CommandOptions, createCommands} from '../../src/cli/commands.js';
import {createSession} from '../../src/compose.js';
import {lookUp} from '../../src/providers/catalog.js';
import {createDemoModel} from '../../src/providers/demo.js';
import {runCommand} from '../../src/ui/commands.js';
import {realClock} from '../support/clock.js';
import {createFolder} from '../support/folder.js';
import {gate, openRuntime, runTurn} from '../support/runtime.js';
import {openTree} from '../support/tree.js';

const quiet = {compact() {}, onChange() {}, edit: () => Promise.resolve(null), send() {}};

/** A conversation with the commands over a scripted session. `info`: of the model that is named to the person. */
function converse(info = lookUp('opus'), {session} = openRuntime([{ending: 'hang'}])) {
  const facade: CommandOptions['session'] = {
    get model() {
      return info;
    },
    get effort() {
      return session.effort;
    },
    get isRunning() {
      return session.isRunning;
    },
    setModel: () => Promise.reject(new Error('no other models here')),
    setEffort: session.setEffort,
    clear: session.clear,
    agents: session.agents,
    abort: session.abort,
    spent: session.spent,
    hooks: [],
    withheld: [],
    mode: 'default',
    modes: ['default'],
    setMode() {},
    rules: () => [],
    addRule: () => Promise.resolve(),
    removeRule: () => Promise.resolve(),
    id: session.id,
    cwd: '/',
    title: null,
    rename() {},
    logPath: null,
    history: session.history,
    memory: () => Promise.resolve([]),
    context: session.context,
    fileChanges: () => Promise.resolve([]),
    projectFolder: '/shop',
    ownFolder: '/home/ada/.agent',
  };
  const commands = createCommands({session: facade, ...quiet});
  const say = async (name: string, argument = '') => (await runCommand(commands, name, argument))?.text ?? null;
  return {session, say};
}

describe('/clear', () => {
  it('begins anew, and has nothing to say where no agent ran', async () => {
    const home = createFolder();
    const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}});
    const commands = createCommands({session, ...quiet});
    for await (const _ of session.send('hello'));
    expect(session.history).not.toEqual([]);
    expect(await commands.find(({name}) => name === 'clear')?.run('')).toBeNull();
    expect(session.history).toEqual([]);
    await session.close();
  });

  it('says how many agents of the conversation before it stopped', async () => {
    const home = createFolder();
    const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}});
    const text = async (ended: number) => {
      const counting = {...session, clear: async () => ended};
      const commands = createCommands({session: counting, ...quiet});
      return commands.find(({name}) => name === 'clear')?.run('');
    };
    expect(await text(1)).toBe('Stopped 1 agent of the conversation before.');
    expect(await text(3)).toBe('Stopped 3 agents of the conversation before.');
    await session.close();
  });

  it('during a turn says what to do first, and forgets nothing', async () => {
    const {session, say} = converse();
    const turn = runTurn(session, 'go', async ({type}) => {
      if (type !== 'request_started') return;
      expect(await say('clear')).toBe('A turn is running. Stop it with Ctrl-C, then /clear.');
      session.interrupt();
    });
    await turn;
    expect(session.history).toHaveLength(1);
    expect(await say('clear')).toBeNull();
    expect(session.history).toHaveLength(0);
  });
});

describe('/clear while a turn only waits for agents', () => {
  it('ends them and the turn, and begins anew', async () => {
    const {session, say} = converse(lookUp('opus'), openTree());
    const cleared = gate<string | null>();
    const worker = {name: 'worker', background: true, steps: [{hang: true}]};
    const {outcome} = await runTurn(
      session,
      JSON.stringify({name: 'root', steps: [{spawn: [worker]}]}),
      async event => {
        if (event.type !== 'waiting_for_agents') return;
        setTimeout(async () => cleared.open(await say('clear')));
      },
    );
    expect(outcome.reason).toBe('aborted');
    expect(await cleared.opened).toBe('Stopped 1 agent of the conversation before.');
    expect(session.history).toEqual([]);
    expect(session.agents.snapshot().filter(({endedAt, parentId}) => endedAt === null && parentId !== null)).toEqual(
      [],
    );
  });
});

describe('/effort', () => {
  it('alone shows the level and the choices, and changes nothing', async () => {
    const {session, say} = converse();
    const choices = lookUp('opus').effortLevels.join(', ');
    expect(await say('effort')).toBe(
      `The effort is the default of ${lookUp('opus').name}. Others: ${choices}; default takes it back.`,
    );
    expect(await say('effort', 'high')).toBeNull();
    expect(await say('effort')).toMatch(/^The effort is high\. Others: low, /);
    expect(session.effort).toBe('high');
  });

  it('goes back to the default by that name', async () => {
    const {session, say} = converse();
    await say('effort', 'high');
    expect(await say('effort', 'default')).toBeNull();
    expect(session.effort).toBeNull();
  });

  it('says so where there is no such level, or none at all', async () => {
    expect(await converse().say('effort', 'hihg')).toMatch(/knows no effort "hihg"\. Its levels: low, /);
    expect(await converse(createDemoModel({clock: realClock}).info).say('effort')).toMatch(
      /has no levels of effort\.$/,
    );
  });
});
