import {describe, expect, it, onTestFinished} from 'vitest';
import {agentHome, userHome} from '../../src/platform/home.js';

/** Sets the variable for one test. */
function setHome(home: string): void {
  const before = process.env.HOME;
  onTestFinished(() => {
    if (before === undefined) delete process.env.HOME;
    else process.env.HOME = before;
  });
  process.env.HOME = home;
}

describe('the home', () => {
  it('is the person’s own, and the settings are below it unless AGENT_HOME says where', () => {
    setHome('/home/somebody');
    expect(userHome()).toBe('/home/somebody');
    expect(agentHome({})).toBe('/home/somebody/.agent');
    expect(agentHome({AGENT_HOME: ''})).toBe('/home/somebody/.agent');
    expect(agentHome({AGENT_HOME: '/elsewhere'})).toBe('/elsewhere');
  });

  it.each(['', 'somebody', './somebody'])('is none where it is no absolute path: %j', home => {
    setHome(home);
    expect(userHome()).toBeNull();
    expect(agentHome({})).toBeNull();
    expect(agentHome({AGENT_HOME: '/elsewhere'})).toBe('/elsewhere');
  });

  it('is not looked for elsewhere when AGENT_HOME is no absolute path', () => {
    setHome('/home/somebody');
    expect(agentHome({AGENT_HOME: 'elsewhere'})).toBeNull();
  });
});
