/** A conversation of 100 MB that is gone on with: until its prompt is painted, and the most memory that it took until then. */
import {appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {type Bench, type Row, repeat, rounds} from '../bench.js';
import {megabytes, seconds} from '../figure.js';
import {settled, withRepl} from '../repl.js';
import {withServer} from '../served.js';

const bytes = 100_000_000;
const sessionId = 'long';

/** Lines of source, another each time. */
function source(length: number, seed: number): string {
  let text = '';
  for (let at = seed; text.length < length; at += 1)
    text += `  const value${at % 977} = compute(${at % 31}, "${at}");\n`;
  return text.slice(0, length);
}

/** One turn of two calls, as the program writes it: about 22 kB. */
function turn(at: number, cwd: string): readonly object[] {
  const model = 'claude-sonnet-5-5';
  const spent = {
    type: 'spent',
    model,
    usage: {input: 9, output: 200, cacheRead: 9_000, cacheWrite: 900},
    costUsd: 0.01,
  };
  const read = {type: 'tool_use', id: `read${at}`, name: 'Read', input: {file_path: 'src/order.js'}};
  const test = {type: 'tool_use', id: `test${at}`, name: 'Bash', input: {command: 'npm test'}};
  const entry = (origin: string, id: string, message: object): object => ({
    type: 'entry',
    entry: {id: `${id}${at}`, message, ...(origin === 'reply' && {model})},
    origin,
  });
  const output = source(3_000, at);
  const result = (id: string, content: string): object => ({type: 'tool_result', tool_use_id: id, content});
  return [
    {type: 'turn_started', at, model, effort: null, cwd},
    entry('prompt', 'p', {role: 'user', content: [{type: 'text', text: `What does part ${at} do?`}]}),
    spent,
    entry('reply', 'c', {role: 'assistant', content: [{type: 'text', text: 'I look.'}, read, test]}),
    {type: 'call', callId: read.id, display: {summary: '200 lines'}, outcome: 'ok', durationMs: 3},
    {type: 'call', callId: test.id, display: {summary: 'exit 0', output}, outcome: 'ok', durationMs: 900},
    entry('results', 'r', {
      role: 'user',
      content: [result(read.id, source(12_000, at)), result(test.id, output)],
    }),
    spent,
    entry('reply', 'a', {role: 'assistant', content: [{type: 'text', text: source(800, at)}]}),
    {
      type: 'turn_ended',
      at,
      reason: 'completed',
      cwd,
      summary: {title: null, prompt: 'What?', promptId: 'p0', branch: null, messages: at},
    },
  ];
}

async function writeSession({scratch}: Bench): Promise<string> {
  const {toLine} = await import('../../src/store/line.js');
  const {logPath, projectPlace} = await import('../../src/store/places.js');
  const {cwd, env} = scratch;
  const place = projectPlace(env.AGENT_HOME ?? '', cwd);
  mkdirSync(place, {recursive: true});
  const path = logPath(place, sessionId);
  let n = 0;
  const toText = (records: readonly object[]): string =>
    records
      .map(record => {
        n += 1;
        return `${toLine({n, record})}\n`;
      })
      .join('');
  const begun = {type: 'begun', system: 'You are an agent.', tools: []};
  writeFileSync(path, toText([{type: 'opened', version: 1, sessionId, agentId: 'main', root: cwd, at: 0}, begun]));
  for (let [written, at] = [0, 1]; written < bytes; at += 1) {
    const text = toText(turn(at, cwd));
    appendFileSync(path, text);
    written += text.length;
  }
  return path;
}

/** The highest resident size so far, in MB. */
const peakOf = (pid: number): number =>
  Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

export const resumeRow: Row = {
  name: 'resume',
  measure: bench =>
    withServer({kind: 'short'}, async ({url}) => {
      const path = await writeSession(bench);
      try {
        const resumes = await repeat(rounds(bench, 7), () =>
          withRepl(
            bench,
            url,
            async repl => {
              await repl.terminal.waitFor('Loaded ');
              await settled(repl);
              return {paintedMs: repl.paintedMs, peak: peakOf(repl.terminal.pid)};
            },
            ['-c'],
          ),
        );
        return [
          {
            name: 'resume.wall',
            work: 'a conversation of 100 MB: painted prompt',
            unit: seconds,
            samples: resumes.map(({paintedMs}) => ({value: paintedMs / 1000})),
            limit: {value: 1},
          },
          {
            name: 'resume.peak',
            work: 'a conversation of 100 MB: peak RSS',
            unit: megabytes,
            samples: resumes.map(({peak}) => ({value: peak})),
            limit: {value: 300},
          },
        ];
      } finally {
        rmSync(path);
      }
    }),
};
