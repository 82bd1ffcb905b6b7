import {describe, expect, it} from 'vitest';
import {type Command, completions, nearest, parseCommand, runCommand, withHelp} from '../../src/ui/commands.js';

const commands: readonly Command[] = [
  {name: 'clear', description: 'forget the conversation', run: () => null},
  {name: 'cost', description: 'what it cost', run: argument => `asked about ${argument}`},
  {name: 'broken', description: 'fails', run: () => Promise.reject(new Error('It is broken.'))},
];

describe('slash commands', () => {
  it.each([
    ['/help', {name: 'help', argument: ''}],
    [' /model  opus ', {name: 'model', argument: 'opus'}],
    ['/fix a\nb', {name: 'fix', argument: 'a\nb'}],
    ['/usr/bin/env', null],
    [' / ', {name: 'help', argument: ''}],
    ['/ help', null],
    ['say /help', null],
    ['/2nd', null],
  ])('finds in the draft %j the command %j', (draft, expected) => {
    expect(parseCommand(draft)).toEqual(expected);
  });

  it('completes a name while it is typed', () => {
    const names = (draft: string): string[] => completions(draft, commands).map(({name}) => name);
    expect(names('/')).toEqual(['clear', 'cost', 'broken']);
    expect(names('/c')).toEqual(['clear', 'cost']);
    expect([names('/clear '), names('c'), names('/x')]).toEqual([[], [], []]);
  });

  it('says what a command said, or how it failed', async () => {
    expect(await runCommand(commands, 'cost', 'today')).toEqual({level: 'info', text: 'asked about today'});
    expect(await runCommand(commands, 'clear', '')).toBeNull();
    expect(await runCommand(commands, 'broken', '')).toEqual({level: 'error', text: 'It is broken.'});
  });

  it('names the nearest commands for an unknown one', async () => {
    expect(await runCommand(commands, 'claer', '')).toEqual({
      level: 'warning',
      text: 'There is no command /claer. Did you mean /clear?',
    });
    expect((await runCommand(commands, 'xyzzy', ''))?.text).toBe('There is no command /xyzzy. /help lists them.');
    expect(nearest('cst', ['clear', 'cost', 'broken'])).toEqual(['cost']);
  });

  it('makes /help from the table and from what else there is to say', async () => {
    const help = await runCommand(
      withHelp(
        commands,
        () => [['ctrl+x', 'nothing']],
        () => 80,
      ),
      'help',
      '',
    );
    expect(help?.text.split('\n')).toEqual([
      '/clear   forget the conversation',
      '/cost    what it cost',
      '/broken  fails',
      '/help    show the commands and keys',
      'ctrl+x   nothing',
    ]);
  });
});
