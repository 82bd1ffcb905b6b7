/**
 * A mock model in a process of its own, for as long as one row needs it.
 */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import type {Answers} from './answers.js';
import type {ServerMessage} from './server.js';

export interface Served {
  readonly url: string;
  /** Sizes of the requests' bodies so far, in bytes. */
  readonly requestBytes: readonly number[];
}

/** Runs `work` while a server gives these answers. */
export async function withServer<T>(answers: Answers, work: (served: Served) => Promise<T>): Promise<T> {
  const child = fork(fileURLToPath(new URL('server.mjs', import.meta.url)));
  try {
    const requestBytes: number[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: ServerMessage) => {
        if (message.type === 'listening') resolve(message.url);
        else requestBytes.push(message.bytes);
      });
      child.once('exit', code => reject(new Error(`the mock model's process ended with ${code}`)));
      child.send(answers);
    });
    return await work({url, requestBytes});
  } finally {
    if (child.connected) {
      child.disconnect();
      await once(child, 'exit');
    }
  }
}
