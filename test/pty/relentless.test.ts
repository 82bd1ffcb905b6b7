/** The built program with a model that never relents: every reply asks for ten more agents. */
import {expect, it} from 'vitest';
import {createFolder, launcher, served} from '../support/agent.js';
import {type ServedRequest, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal} from '../support/terminal.js';
import {everything, mark, waitForEnd} from './fixture/start.js';

/** Milliseconds until a key is seen, on a machine that has other work as well. */
const soon = 5_000;

it('stops at the limits, shows what is typed meanwhile, and ends by itself', async () => {
  const folder = createFolder();
  let made = 0;
  let open = 0;
  let most = 0;
  const agents = new Set<string>();
  const server = await serveModel((request: ServedRequest) => async (response, served) => {
    open += 1;
    most = Math.max(most, open);
    agents.add(JSON.stringify(request.body.messages[0]?.content).match(/I am (\d+)\./)?.[1] ?? 'main');
    await new Promise(resolve => setTimeout(resolve, 100));
    open -= 1;
    const calls = Array.from({length: 10}, () => {
      made += 1;
      const input = {description: `child ${made}`, prompt: `I am ${made}.`, subagent_type: 'general-purpose'};
      return {name: 'Agent', id: `toolu_${made}`, input};
    });
    await toolReply(calls, {usage: {input_tokens: 100, output_tokens: 10}})(response, served);
  });
  const terminal = openTerminal({
    command: process.execPath,
    args: [launcher],
    cols: 100,
    rows: 40,
    cwd: folder.path,
    env: {HOME: folder.path, ...served(server.url)},
  });
  try {
    await terminal.waitFor(mark);
    terminal.type('go\r');
    await terminal.waitFor(/ctrl-c stops \d\d agents/);
    let typed = '';
    for (const letter of 'echoes') {
      typed += letter;
      terminal.type(letter);
      await terminal.waitFor(`${mark} ${typed}`, {timeoutMs: soon});
    }
    await waitForEnd(terminal);
    expect(most).toBeLessThanOrEqual(17);
    expect(agents.size).toBe(33);
    expect(terminal.screen().join('\n')).toContain(`${mark} echoes`);
    expect(everything(terminal).filter(line => /with 32 agents$/.test(line))).toHaveLength(1);
    expect(everything(terminal).filter(line => /[✗■] Agent/.test(line)).length).toBeLessThan(8);
    const asked = server.requests.length;
    await terminal.waitFor(() => !/ctrl-c stops/.test(terminal.screen().join()));
    expect(server.requests.length).toBe(asked);
  } finally {
    await terminal.close();
  }
});
