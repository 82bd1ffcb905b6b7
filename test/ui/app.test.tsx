import {render} from 'ink-testing-library';
import {describe, expect, it} from 'vitest';
import {App, type FrameStore} from '../../src/ui/app.js';
import type {Frame} from '../../src/ui/frame.js';

const frame: Frame = {
  window: ['● one'],
  activity: '\n  ⠹ writing',
  panel: '',
  status: '── test ──',
  draft: '❯ hello',
  caret: null,
};

function createStore(first: Frame): FrameStore & {set(next: Frame): void} {
  const listeners = new Set<() => void>();
  let current = first;
  return {
    get: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(next) {
      current = next;
      for (const listener of listeners) listener();
    },
  };
}

describe('the live region as components', () => {
  it('stacks the parts below the window, and leaves out what is empty, but not what is blank', () => {
    const {lastFrame, unmount} = render(<App store={createStore(frame)} />);
    expect(lastFrame()).toBe('\n  ⠹ writing\n── test ──\n❯ hello');
    unmount();
    const idle = render(<App store={createStore({...frame, activity: ' '})} />);
    expect(idle.lastFrame()).toBe('\n── test ──\n❯ hello');
    idle.unmount();
    const low = render(<App store={createStore({...frame, activity: ''})} />);
    expect(low.lastFrame()).toBe('── test ──\n❯ hello');
    low.unmount();
  });

  it('follows the store, and draws nothing when a frame says the same', async () => {
    const store = createStore(frame);
    const {lastFrame, frames, unmount} = render(<App store={store} />);
    store.set({...frame, draft: '❯ hello, you'});
    await expect.poll(lastFrame).toContain('❯ hello, you');
    const drawn = frames.length;
    store.set({...frame, draft: '❯ hello, you'});
    store.set({...frame, draft: '❯ and on'});
    await expect.poll(lastFrame).toContain('❯ and on');
    expect(frames.length).toBe(drawn + 1);
    unmount();
  });
});
