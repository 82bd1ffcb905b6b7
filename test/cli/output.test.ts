import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {connect, createServer, type Socket} from 'node:net';
import {describe, expect, it} from 'vitest';
import {createOutput} from '../../src/cli/output.js';

/** Both ends of a connection: what is written to one is read from the other when its reader likes. */
async function createPair(): Promise<{readonly writer: Socket; readonly reader: Socket; close(): void}> {
  const server = createServer({pauseOnConnect: true});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const writer = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
  const [reader] = await accepted;
  reader.on('error', () => {});
  return {
    writer,
    reader,
    close() {
      writer.destroy();
      reader.destroy();
      server.close();
    },
  };
}

describe('standard output', () => {
  it('hands over 10 MB to a reader that starts late, and waits for it', async () => {
    const {writer, reader, close} = await createPair();
    const output = createOutput(writer);
    const text = 'ü'.repeat(5 * 1024 * 1024);
    let isFlushed = false;
    const written = output
      .write(text)
      .then(() => output.flush())
      .then(() => {
        isFlushed = true;
      });
    expect(isFlushed).toBe(false);
    let bytes = 0;
    reader.on('data', chunk => {
      bytes += chunk.length;
    });
    reader.resume();
    await written;
    writer.end();
    await once(reader, 'end');
    expect(bytes).toBe(10 * 1024 * 1024);
    expect([output.ended.aborted, output.fault()]).toEqual([false, null]);
    close();
  });

  it('ends quietly when the reader leaves: pending and later writes and flushes resolve', async () => {
    const {writer, reader, close} = await createPair();
    const output = createOutput(writer);
    const pending = output.write('x'.repeat(20 * 1024 * 1024));
    reader.destroy();
    await pending;
    await output.flush();
    await output.write('more');
    await output.flush();
    expect([output.ended.aborted, output.fault()]).toEqual([true, null]);
    close();
  });

  it('says why it cannot be written when a disk is full', async () => {
    const full = createWriteStream('/dev/full');
    const output = createOutput(full);
    await output.write('x');
    await output.flush();
    expect(output.ended.aborted).toBe(true);
    expect(output.fault()).toMatch(/^Standard output cannot be written: ENOSPC/);
  });

  it('writes nothing for an empty text', async () => {
    const {writer, close} = await createPair();
    const output = createOutput(writer);
    await output.write('');
    expect(writer.bytesWritten).toBe(0);
    close();
  });
});
