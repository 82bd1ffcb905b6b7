import {describe, expect, it} from 'vitest';
import {createMarkdownLoader} from '../../src/ui/markdown-loader.js';

describe('loading what lays out replies', () => {
  it('is ready when nothing needs it, and tells when it has become ready', async () => {
    let loaded = (): void => {};
    const onLoaded = new Promise<void>(resolve => {
      loaded = resolve;
    });
    const loader = createMarkdownLoader(() => loaded());
    expect(loader.isReady([])).toBe(true);
    expect(loader.get()).toBeNull();
    expect(loader.isReady(['text'])).toBe(false);
    await onLoaded;
    expect(loader.isReady(['text'])).toBe(true);
    expect(loader.get()?.lex('# x')[0]?.type).toBe('heading');
    expect(loader.get()?.highlight).toBeNull();
  });

  it('loads highlighting only for code', async () => {
    const waiting: (() => void)[] = [];
    const loader = createMarkdownLoader(() => {
      for (const resolve of waiting.splice(0)) resolve();
    });
    const code = ['```js\nx\n```'];
    while (!loader.isReady(code)) await new Promise<void>(resolve => waiting.push(resolve));
    expect(loader.get()?.highlight).not.toBeNull();
  });
});
