/** Loads what lays out replies: the parser with the first text, colours with the first code in each language. */
import type * as Highlight from './text/highlight.js';
import {type Language, languagesIn} from './text/languages.js';
import type {Markdown} from './text/reply-text.js';

export interface MarkdownLoader {
  /** Null until the parser is loaded. */
  get(): Markdown | null;
  /** Loads the parser: a reply is on its way. */
  load(): void;
  /** Whether all that these texts need is there; loads what is not, and calls `onLoaded` then. */
  isReady(texts: readonly string[]): boolean;
}

export function createMarkdownLoader(onLoaded: () => void): MarkdownLoader {
  let markdown: Markdown | null = null;
  let highlighter: typeof Highlight | null = null;
  let isLoading = false;
  const wanted = new Set<Language>();
  const loaded = new Set<Language>();

  const loadParser = async (): Promise<void> => {
    const {lexer} = await import('marked');
    markdown = {
      lex: text => lexer(text),
      isReady,
      highlight: (code, language, theme) =>
        isReady(language) && highlighter ? highlighter.highlight(code, language, theme) : null,
    };
    onLoaded();
  };
  const loadLanguage = async (language: Language): Promise<void> => {
    highlighter = await import('./text/highlight.js');
    await highlighter.loadLanguage(language);
    loaded.add(language);
    onLoaded();
  };
  const isReady = (language: Language): boolean => {
    if (!wanted.has(language)) void loadLanguage(language);
    wanted.add(language);
    return loaded.has(language);
  };
  const load = (): void => {
    if (!isLoading) void loadParser();
    isLoading = true;
  };

  return {
    get: () => markdown,
    load,
    isReady(texts) {
      if (texts.length === 0) return true;
      load();
      const languages = texts.flatMap(text => [...languagesIn(text)]);
      return languages.map(isReady).every(Boolean) && markdown !== null;
    },
  };
}
