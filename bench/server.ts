/**
 * The mock model's process: its work must not be counted, nor wait, with anybody else's. It does as little as it can
 * between a request and its answer: bytes straight on the socket, as node:http in a fresh process takes half a
 * millisecond a request, which would be measured as the program's. The parent sends what to answer; the server tells its
 * address, and after every request the size of its body.
 */
import {type AddressInfo, createServer, type Socket} from 'node:net';
import type {Answer} from './answer.js';
import {type Answers, toAnswers} from './answers.js';

export type ServerMessage =
  | {readonly type: 'listening'; readonly url: string}
  | {readonly type: 'requested'; readonly bytes: number};

const tell = (message: ServerMessage): void => {
  process.send?.(message);
};

const head = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n',
);
const end = Buffer.from('0\r\n\r\n');
const toChunk = (frame: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n')]);

function send(socket: Socket, {frames, perSecond}: Answer): void {
  if (perSecond === null) {
    socket.write(Buffer.concat([head, ...frames.map(toChunk), end]));
    return;
  }
  socket.write(head);
  // One write an event, as many a tick as are due: a late timer does not slow the stream down.
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(frames.length, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
    for (const frame of frames.slice(sent, due)) socket.write(toChunk(frame));
    sent = due;
    if (sent < frames.length) return;
    clearInterval(timer);
    socket.write(end);
  }, 1);
  socket.once('close', () => clearInterval(timer));
}

/** Calls `answer` with the body of every request that comes, one after another. */
function read(socket: Socket, answer: (body: Buffer) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const bodyAt = received.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, bodyAt))?.[1];
    if (length === undefined) throw new Error('the request does not say how long it is');
    const nextAt = bodyAt + Number(length);
    if (received.length < nextAt) return;
    const body = received.subarray(bodyAt, nextAt);
    received = received.subarray(nextAt);
    answer(body);
  });
}

process.once('message', (answers: Answers) => {
  const answerFor = toAnswers(answers);
  const server = createServer({noDelay: true}, socket => {
    // Whoever breaks off a stream resets the connection.
    socket.on('error', () => socket.destroy());
    read(socket, body => {
      send(socket, answerFor(body));
      setImmediate(tell, {type: 'requested', bytes: body.length} satisfies ServerMessage);
    });
  });
  server.listen(0, '127.0.0.1', () => {
    tell({type: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`});
  });
});
process.once('disconnect', () => process.exit());
