/** A conversation that gets too long, over real HTTP: it is summed up, goes on, and is gone on with. */
import {beforeEach, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, type StartOptions, served} from '../support/agent.js';
import {errorReply, type Reply, type ServedRequest, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let home: Folder;
beforeEach(() => {
  folder = createFolder({'long.txt': 'one more line of words\n'.repeat(1_500)});
  home = createFolder();
});

const within = ({url}: {readonly url: string}): StartOptions => ({
  cwd: folder.path,
  env: {...served(url), HOME: home.path},
});

const said = ({body}: ServedRequest): string => JSON.stringify(body.messages);
const plain = ({body}: ServedRequest): string =>
  JSON.stringify([body.system, body.tools, body.messages], (key, each) => (key === 'cache_control' ? undefined : each));
const tooLong = errorReply(400, 'invalid_request_error', 'prompt is too long: 205000 tokens > 200000 maximum');
const read = toolReply([{name: 'Read', input: {file_path: 'long.txt'}}]);

it('is summed up when the server refuses it, goes on, and is gone on with from there', async () => {
  const replies: readonly Reply[] = [read, tooLong, textReply('The file has 1,500 lines.'), textReply('1,500 lines.')];
  const first = await serveModel(replies);
  const run = await runAgent(['-p', 'how long is long.txt?'], within(first));
  expect(run).toMatchObject({code: 0, stdout: '1,500 lines.\n'});
  expect(run.stderr).toMatch(/^Compacted: \d+k → \d\.\dk tokens\. The model goes on from a summary\.\n$/);
  expect(first.requests).toHaveLength(4);
  const [, , asked, last] = first.requests;
  expect(asked && said(asked)).toContain('Sum up this conversation.');
  expect(last?.body.messages).toHaveLength(1);
  expect(last && said(last)).toMatch(/The file has 1,500 lines\..*how long is long\.txt\?.*long\.txt/);

  const second = await serveModel([textReply('As I said.')]);
  const again = await runAgent(['-c', '-p', 'sure?'], within(second));
  expect([again.code, again.stdout]).toEqual([0, 'As I said.\n']);
  const [before, after] = [last, second.requests[0]].map(each => each && plain(each));
  expect(after?.startsWith(before?.slice(0, -2) ?? '-')).toBe(true);
});

it('ends with a failure, and without going round, where the server refuses whatever is sent', async () => {
  const server = await serveModel(request => (request.index === 0 ? read : tooLong));
  const run = await runAgent(
    ['-p', 'how long is long.txt?', '--output-format', 'stream-json', '--verbose'],
    within(server),
  );
  expect(run.code).toBe(1);
  expect(server.requests).toHaveLength(4);
  const messages = run.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(messages.at(-1)).toMatchObject({type: 'result', is_error: true});
  expect(run.stdout).toMatch(/prompt is too long.*It was not compacted: It is too long even to be summed up/);
});

it('is not touched where the settings say so', async () => {
  const server = await serveModel([read, tooLong]);
  const settings = '{"compaction": {"auto": false}}';
  const run = await runAgent(['-p', 'how long is long.txt?', '--settings', settings], within(server));
  expect(run.code).toBe(1);
  expect(server.requests).toHaveLength(2);
});

it('is summed up on demand from the command line', async () => {
  const first = await serveModel([
    read,
    textReply('1,500 lines.'),
    textReply('A long file was read.'),
    textReply('Yes.'),
  ]);
  await runAgent(['-p', 'how long is long.txt?'], within(first));
  const run = await runAgent(['-c', '-p', '/compact keep the number'], within(first));
  expect([run.code, run.stdout]).toEqual([0, '']);
  expect(run.stderr).toMatch(/Compacted: /);
  const asked = first.requests[2];
  expect(asked && said(asked)).toContain('keep the number');
  await runAgent(['-c', '-p', 'sure?'], within(first));
  expect(first.requests[3]?.body.messages).toHaveLength(2);
});

it('says so where there is nothing to sum up', async () => {
  const server = await serveModel([]);
  const run = await runAgent(['-p', '/compact'], within(server));
  expect([run.code, run.stderr]).toEqual([
    1,
    expect.stringMatching(/^The conversation is as it was\. There is little to sum up/),
  ]);
  expect(server.requests).toHaveLength(0);
});
