/** Servers and models that misbehave: a clear line, nothing lost, nothing shown twice. */
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, jsonLines, runAgent, served} from '../support/agent.js';
import {
  blocksReply,
  cutReply,
  errorReply,
  type ModelServer,
  type Reply,
  rawReply,
  textReply,
  toEvents,
  toolReply,
  toSse,
} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

/** One pixel; its bytes stay the same in UTF-8. */
const gif = 'R0lGODlhAQABAAAAACwAAAAAAQABAAACADs=';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder({'notes.txt': 'one\n'});
});

async function ask(replies: readonly Reply[], ...args: readonly string[]) {
  server = await serveModel(replies);
  return runAgent(['-p', 'x', ...args], {cwd: folder.path, env: served(server.url)});
}

/** The results that the model was told in the request of that index. */
const resultsIn = (index: number): unknown => server.requests[index]?.body.messages.at(-1)?.content;

describe('a server', () => {
  it.each([400, 401, 403, 404])('that refuses with %i is asked once, and its reason is the one line', async status => {
    const run = await ask([errorReply(status, 'some_error', 'this is why')]);
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toContain('this is why');
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(server.requests).toHaveLength(1);
  });

  it('that refuses an image of a result is told so on standard error, and what leaves the conversation', async () => {
    folder.write('notes.gif', Buffer.from(gif, 'base64').toString('latin1'));
    const read = toolReply([{name: 'Read', input: {file_path: `${folder.path}/notes.txt`}}]);
    const look = toolReply([{name: 'Read', input: {file_path: `${folder.path}/notes.gif`}}]);
    const run = await ask([read, look, errorReply(400, 'invalid_request_error', 'Could not process image')]);
    expect(JSON.stringify(resultsIn(2))).toContain('"type":"image"');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('Could not process image');
    expect(run.stderr).toContain('Warning: Not accepted, and from here on left out of the conversation: 1 image.\n');
  });

  it('that refuses is a result in stream-json, as an error and as a reply that no model wrote', async () => {
    const run = await ask([errorReply(400, 'invalid_request_error', 'no')], '--output-format', 'stream-json');
    expect(run.code).toBe(1);
    expect(jsonLines(run.stdout).slice(1)).toMatchObject([
      {type: 'assistant', error: 'invalid_request', message: {model: '<synthetic>'}},
      {type: 'result', subtype: 'success', is_error: true, api_error_status: 400},
    ]);
  });

  it.each([
    ['is overloaded', errorReply(529, 'overloaded_error', 'busy', {'retry-after': '0'})],
    ['answers HTML', rawReply(200, 'text/html', '<html><body>Sign in</body></html>')],
    ['cuts its reply', cutReply(toEvents([{type: 'text', deltas: ['Half an ans']}]), 3)],
    [
      'sends garbage between events',
      rawReply(200, 'text/event-stream', `${toSse(toEvents([])[0] ?? {type: ''})}%%%\n\ndata: {{{\n\n`),
    ],
    ['sends only the end of a message', rawReply(200, 'text/event-stream', toSse({type: 'message_stop'}))],
  ])('that %s is asked again, and only the whole reply is shown', async (_, reply) => {
    const run = await ask([reply, textReply('Whole.')]);
    expect([run.code, run.stdout]).toEqual([0, 'Whole.\n']);
    expect(run.stderr).toMatch(/Trying again in/);
    expect(server.requests).toHaveLength(2);
  });
});

describe('a model', () => {
  it.each([
    ['calls a tool that does not exist', toolReply([{name: 'Reed', input: {}}])],
    ['calls by a name that no request can hold', toolReply([{name: `Read a file ${'é'.repeat(200)}`, input: {}}])],
    ['calls with wrong parameters', toolReply([{name: 'Read', input: {path: 'notes.txt'}}])],
    ['calls with broken JSON', blocksReply([{type: 'tool_use', id: 'a', name: 'Read', deltas: ['{"file_path": ']}])],
  ])('that %s is told so, and the run goes on', async (_, reply) => {
    const run = await ask([reply, textReply('Sorry.')]);
    expect([run.code, run.stdout]).toEqual([0, 'Sorry.\n']);
    expect(resultsIn(1)).toMatchObject([{type: 'tool_result', is_error: true}]);
    expect(server.requests[1]?.body.messages.at(-2)?.content).toMatchObject([
      {type: 'tool_use', name: expect.stringMatching(/^[A-Za-z0-9_-]{1,128}$/)},
    ]);
  });

  it('that writes where nothing can be written is told so, and the run goes on', async () => {
    const write = {name: 'Write', input: {file_path: '/proc/agent-was-here/notes.txt', content: 'x'}};
    const run = await ask([toolReply([write]), textReply('Then not.')], '--allowedTools', 'Write');
    expect([run.code, run.stdout]).toEqual([0, 'Then not.\n']);
    expect(resultsIn(1)).toMatchObject([{type: 'tool_result', is_error: true}]);
  });

  it('that makes two calls of the same id gets one result for each', async () => {
    const call = {name: 'Read', input: {file_path: `${folder.path}/notes.txt`}, id: 'same'};
    const run = await ask([toolReply([call, call]), textReply('Done.')]);
    expect([run.code, run.stdout]).toEqual([0, 'Done.\n']);
    const told = server.requests[1]?.body.messages ?? [];
    const ids = told.flatMap(({content}) =>
      typeof content === 'string' ? [] : content.flatMap(block => (block.type === 'tool_use' ? [block.id] : [])),
    );
    const answered = told.flatMap(({content}) =>
      typeof content === 'string'
        ? []
        : content.flatMap(block => (block.type === 'tool_result' ? [block.tool_use_id] : [])),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(answered).toEqual(ids);
  });

  it('that says nothing at all ends the run, and the person is told', async () => {
    const run = await ask([blocksReply([])]);
    expect([run.code, run.stdout]).toEqual([0, '']);
    expect(run.stderr).toContain('without a word');
  });
});
