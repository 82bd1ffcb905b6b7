import {once} from 'node:events';
import {type AddressInfo, connect, createServer} from 'node:net';
import {describe, expect, it} from 'vitest';
import {watchSilence} from '../../src/providers/silence.js';
import {createVirtualClock, realClock} from '../support/clock.js';

function watched() {
  const clock = createVirtualClock();
  const silences: number[] = [];
  return {clock, silences, watch: watchSilence(clock, limitMs => silences.push(limitMs))};
}

describe('the watch on silence', () => {
  it('speaks up once, when the limit has passed', async () => {
    const {clock, silences, watch} = watched();
    watch.expect(100);
    await clock.advance(99);
    expect(silences).toEqual([]);
    await clock.advance(1);
    expect(silences).toEqual([100]);
    await clock.advance(1_000);
    expect(silences).toEqual([100]);
    expect(clock.sleepers).toBe(0);
  });

  it('counts from the last expectation, and not while nothing is expected', async () => {
    const {clock, silences, watch} = watched();
    for (let heard = 0; heard < 10; heard += 1) {
      watch.expect(100);
      await clock.advance(90);
      watch.heard();
      await clock.advance(500);
    }
    expect(silences).toEqual([]);
    watch.expect(100);
    await clock.advance(100);
    expect(silences).toEqual([100]);
  });

  it('notices a short limit in time after a long one', async () => {
    const {clock, silences, watch} = watched();
    watch.expect(10_000);
    watch.heard();
    watch.expect(100);
    await clock.advance(100);
    expect(silences).toEqual([100]);
  });

  it('holds one timer at most, and none once it is stopped', async () => {
    const {clock, silences, watch} = watched();
    for (let chunk = 0; chunk < 100; chunk += 1) {
      watch.expect(100);
      watch.heard();
    }
    watch.expect(100);
    expect(clock.sleepers).toBe(1);
    watch.stop();
    expect(clock.sleepers).toBe(0);
    await clock.advance(1_000);
    expect(silences).toEqual([]);
  });

  it('does not take the pause of a blocked process for silence when the answer is in its socket', async () => {
    const server = createServer(socket => void socket.write('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const silences: number[] = [];
    const watch = watchSilence(realClock, limitMs => silences.push(limitMs));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    await once(socket, 'connect');
    const data = once(socket, 'data').then(() => watch.heard());
    watch.expect(30);
    socket.resume();
    const blockedUntil = Date.now() + 100;
    while (Date.now() < blockedUntil);
    await data;
    await realClock.sleep(60, new AbortController().signal);
    expect(silences).toEqual([]);
    watch.stop();
    socket.destroy();
    server.close();
  });
});
