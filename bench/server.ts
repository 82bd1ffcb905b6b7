/**
 * The mock model's process: its work must not be counted, nor wait, with anybody else's. It does as little as it can
 * between a request and its answer. The parent sends what to answer; the server tells its address, and after every
 * request the size of its body.
 */
import {createServer, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {type Answer, type Answers, toAnswers} from './answers.js';

export type ServerMessage =
  | {readonly type: 'listening'; readonly url: string}
  | {readonly type: 'requested'; readonly bytes: number};

const tell = (message: ServerMessage): void => {
  process.send?.(message);
};

function send(response: ServerResponse, {frames, perSecond}: Answer): void {
  response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8'});
  if (perSecond === null) {
    response.end(frames[0]);
    return;
  }
  // One write an event, as many a tick as are due: a late timer does not slow the stream down.
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(frames.length, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
    for (; sent < due; sent += 1) response.write(frames[sent]);
    if (sent < frames.length) return;
    clearInterval(timer);
    response.end();
  }, 1);
  response.on('close', () => clearInterval(timer));
}

process.once('message', (answers: Answers) => {
  const answerFor = toAnswers(answers);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      send(response, answerFor(body));
      setImmediate(tell, {type: 'requested', bytes: body.length} satisfies ServerMessage);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    tell({type: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`});
  });
});
process.once('disconnect', () => process.exit());
