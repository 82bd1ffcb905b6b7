/** Loads what lays out replies: the parser with the first text, highlighting with the first code. */
import {hasCode, type Markdown} from './text/reply-text.js';

export interface MarkdownLoader {
  get(): Markdown | null;
  /** Loads the parser: a reply is on its way. */
  load(): void;
  /** Whether all that these texts need is there; loads what is not, and calls `onLoaded` then. */
  isReady(texts: readonly string[]): boolean;
}

export function createMarkdownLoader(onLoaded: () => void): MarkdownLoader {
  let markdown: Markdown | null = null;
  let parser: Promise<void> | undefined;
  let isHighlightWanted = false;

  const loadParser = async (): Promise<void> => {
    const {lexer} = await import('marked');
    markdown = {highlight: null, lex: text => lexer(text), wantHighlight};
    onLoaded();
  };
  const loadHighlighter = async (): Promise<void> => {
    const {highlight} = await import('./text/highlight.js');
    await parser;
    if (markdown) markdown = {...markdown, highlight};
    onLoaded();
  };
  const wantHighlight = (): void => {
    if (!isHighlightWanted) void loadHighlighter();
    isHighlightWanted = true;
  };

  const load = (): void => {
    parser ??= loadParser();
  };

  return {
    get: () => markdown,
    load,
    isReady(texts) {
      if (texts.length === 0) return true;
      load();
      const needsCode = !markdown?.highlight && texts.some(hasCode);
      if (needsCode) wantHighlight();
      return markdown !== null && !needsCode;
    },
  };
}
