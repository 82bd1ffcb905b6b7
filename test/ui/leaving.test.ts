import {describe, expect, it} from 'vitest';
import {runCommand} from '../../src/ui/commands.js';
import {createExitCommand} from '../../src/ui/exit-command.js';
import {runFinished, runStarted} from './support/events.js';
import {createTroupe, type Troupe} from './support/troupe.js';

const status = (troupe: Troupe): string => troupe.frame().find(line => line.startsWith('-- ')) ?? '';

/** Two agents in the background of a root whose turn is over, one of them with a command. */
function inBackground(size: {columns?: number} = {}): Troupe {
  const troupe = createTroupe(size);
  const one = troupe.spawn('one', {background: true});
  troupe.spawn('two', {background: true});
  troupe.say(one, {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'npm test', input: {}});
  troupe.say('main', runFinished());
  return troupe;
}

describe('leaving with ctrl-d', () => {
  it('says what it would stop, and leaves when it is pressed again', () => {
    const troupe = inBackground();
    troupe.keys('ctrl+d');
    expect(troupe.effects).toEqual([]);
    expect(status(troupe)).toContain('ctrl-d again leaves and stops 2 agents, 1 command');
    troupe.keys('ctrl+d');
    expect(troupe.effects).toEqual([{type: 'leave'}]);
  });

  it('says so in fewer words in a narrow window, and never nothing', () => {
    const said = (columns: number): string => {
      const troupe = inBackground({columns});
      troupe.keys('ctrl+d');
      return status(troupe);
    };
    expect(said(60)).toContain('ctrl-d again leaves and stops 2 agents, 1 command');
    expect(said(55)).toContain('ctrl-d again: stops 2 agents, 1 command');
    expect(said(40)).toContain('ctrl-d again leaves');
  });

  it('asks anew after any other key, and does not count a ctrl-c', () => {
    const troupe = inBackground();
    troupe.keys('ctrl+d', 'left', 'ctrl+d');
    expect(troupe.effects).toEqual([]);
    troupe.keys('ctrl+c', 'ctrl+d');
    expect(troupe.effects).toEqual([{type: 'abort'}]);
  });

  it('asks while a turn works that has no agents, and not once nothing does', () => {
    const troupe = createTroupe();
    troupe.keys('ctrl+d');
    expect(status(troupe)).toContain('ctrl-d again leaves and stops the turn');
    troupe.say('main', runFinished());
    troupe.keys('ctrl+d');
    expect(troupe.effects).toEqual([{type: 'leave'}]);
  });
});

describe('/exit', () => {
  /** What it says; null if it leaves. */
  function typing(troupe: Troupe): () => Promise<string | null> {
    let hasLeft = false;
    const command = createExitCommand(
      () => troupe.screen.view,
      () => {
        hasLeft = true;
      },
    );
    return async () => {
      const said = await runCommand([command], 'exit', '');
      expect(hasLeft).toBe(said === null);
      return said?.text ?? null;
    };
  }

  it('says what it would stop, and leaves when it is typed again', async () => {
    const exit = typing(inBackground());
    expect(await exit()).toBe('Leaving stops 2 agents, 1 command. /exit again leaves all the same.');
    expect(await exit()).toBeNull();
  });

  it('asks again if something else has begun since', async () => {
    const troupe = inBackground();
    const exit = typing(troupe);
    await exit();
    troupe.say('main', runStarted);
    troupe.spawn('three');
    expect(await exit()).toBe('Leaving stops 3 agents, 1 command. /exit again leaves all the same.');
  });

  it('leaves at once where nothing works', async () => {
    const troupe = createTroupe();
    troupe.say('main', runFinished());
    expect(await typing(troupe)()).toBeNull();
  });
});
