import {describe, expect, it} from 'vitest';
import {createMarkdownLoader} from '../../src/ui/markdown-loader.js';
import {createTheme} from '../../src/ui/theme.js';

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
  });

  it('loads a language with the first code in it', async () => {
    const waiting: (() => void)[] = [];
    const loader = createMarkdownLoader(() => {
      for (const resolve of waiting.splice(0)) resolve();
    });
    const theme = createTheme({dumb: false, colour: true, unicode: true});
    loader.load();
    while (!loader.get()) await new Promise<void>(resolve => waiting.push(resolve));
    expect(loader.get()?.highlight('x', 'go', theme)).toBeNull();
    while (!loader.isReady(['```go\nx\n```'])) await new Promise<void>(resolve => waiting.push(resolve));
    expect(loader.get()?.highlight('return', 'go', theme)).toEqual([[{text: 'return', style: theme.styles.keyword}]]);
  });
});
