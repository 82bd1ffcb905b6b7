/**
 * The mock model's process: its work must not be counted, nor wait, with anybody else's. The parent sends what to answer;
 * the server tells its address, and after every request the size of its body.
 */
import {startModelServer} from '../test/support/model-server.js';
import {type Answers, toReplies} from './answers.js';

export type ServerMessage =
  | {readonly type: 'listening'; readonly url: string}
  | {readonly type: 'requested'; readonly bytes: number};

const tell = (message: ServerMessage): void => {
  process.send?.(message);
};

process.once('message', async (answers: Answers) => {
  const choose = toReplies(answers);
  const server = await startModelServer(request => {
    tell({type: 'requested', bytes: Buffer.byteLength(request.text)});
    return choose(request);
  });
  tell({type: 'listening', url: server.url});
});
process.once('disconnect', () => process.exit());
