/** `/rename` and `/export`, over sessions of the library, with and without files. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createCommands} from '../../src/cli/commands.js';
import {createSession, type SessionOptions} from '../../src/index.js';
import {describeLog, findLogs} from '../../src/store/find.js';
import {runCommand} from '../../src/ui/commands.js';
import {createFolder} from '../support/folder.js';

async function open(options: SessionOptions = {}, home = createFolder()) {
  const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}, ...options});
  const commands = createCommands({session, compact() {}, onChange() {}, edit: () => Promise.resolve(null), send() {}});
  const say = async (line: string) => {
    const [, name = '', argument = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    return runCommand(commands, name, argument);
  };
  const listed = () =>
    findLogs(join(home, '.agent', 'sessions', home.replace(/[^A-Za-z0-9]+/g, '-'))).map(log => describeLog(log));
  return {session, say, home, listed};
}

const turn = async ({session}: Awaited<ReturnType<typeof open>>, text = 'hello'): Promise<void> => {
  for await (const _ of session.send(text));
};

describe('/rename', () => {
  it('gives a name that is kept, over a restart and in a copy, until /clear', async () => {
    const first = await open();
    expect((await first.say('rename'))?.text).toMatch(/has no name/);
    await turn(first);
    expect((await first.say('rename  the\tparser \u001b[2Jhere'))?.text).toBe(
      'This conversation is called "the parser ␛[2Jhere".',
    );
    expect(first.listed()).toMatchObject([{title: 'the parser \u001b[2Jhere', messages: 2, prompt: 'hello'}]);
    await turn(first, 'again');
    await first.session.close();
    const copy = await open({resume: true, fork: true}, first.home);
    expect(copy.session.title).toBe('the parser \u001b[2Jhere');
    await copy.say('rename other');
    await copy.session.close();
    const second = await open({resume: first.session.id}, first.home);
    expect(second.session.title).toMatch(/^the parser/);
    await second.say('clear');
    expect(second.session.title).toBeNull();
    await turn(second, 'anew');
    expect(second.listed()[0]).toMatchObject({title: null, prompt: 'anew', messages: 2});
    expect(second.listed()[1]).toMatchObject({title: 'other'});
    await second.session.close();
  });

  it('names one that is not kept, or that nothing was said in, as well', async () => {
    const {session, say} = await open({persist: false});
    expect((await say('rename mine'))?.text).toBe('This conversation is called "mine".');
    await session.close();
    const early = await open();
    await early.say('rename mine');
    expect(early.listed()).toMatchObject([{title: 'mine', prompt: '', messages: 0}]);
    await early.session.close();
  });
});

describe('/export', () => {
  it('writes what was said as its name asks, and over nothing', async () => {
    const conversation = await open();
    const {session, say, home} = conversation;
    expect(await say('export')).toEqual({level: 'error', text: 'Nothing was said yet.'});
    await turn(conversation);
    await say('rename greetings');
    const named = join(home, `conversation-${session.id.slice(0, 8)}.md`);
    expect(await say('export')).toEqual({level: 'info', text: `2 messages written to ${named}`});
    expect(readFileSync(named, 'utf8')).toMatch(/^# greetings\n[\s\S]*## You\n\nhello\n\n## Agent\n\n/);
    expect((await say('export'))?.text).toMatch(/is there already.*--force/);
    expect(await say('export --force')).toMatchObject({level: 'info'});
    await say('export my talk.html');
    expect(readFileSync(join(home, 'my talk.html'), 'utf8')).toMatch(/^<!doctype html>/);
    await say('export talk json');
    expect(JSON.parse(readFileSync(join(home, 'talk'), 'utf8')).messages).toHaveLength(2);
    expect(await say('export --fast talk')).toMatchObject({level: 'error'});
    await session.close();
  });

  it('writes one that is kept nowhere from memory', async () => {
    const conversation = await open({persist: false});
    await turn(conversation);
    expect(conversation.session.logPath).toBeNull();
    await conversation.say('export talk.json');
    expect(existsSync(join(conversation.home, '.agent', 'sessions'))).toBe(false);
    const {messages} = JSON.parse(readFileSync(join(conversation.home, 'talk.json'), 'utf8'));
    expect(messages[0]).toEqual({role: 'user', content: [{type: 'text', text: 'hello'}]});
    await conversation.session.close();
  });
});
