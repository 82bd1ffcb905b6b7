/** Code in colours: highlight.js, a language at a time. Loaded with the first code whose language it knows. */
import core from 'highlight.js/lib/core';
import type {StyleName, Theme} from '../theme.js';
import type {Language} from './languages.js';
import type {Line, Span} from './styled.js';

/** Longer blocks stay plain: 12 ms go into 300 lines. */
const longest = 100_000;

const loaders = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  go: () => import('highlight.js/lib/languages/go'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
} satisfies Record<Language, unknown>;

export async function loadLanguage(language: Language): Promise<void> {
  core.registerLanguage(language, (await loaders[language]()).default);
}

const scopes: Readonly<Record<string, StyleName>> = {
  keyword: 'keyword',
  built_in: 'keyword',
  literal: 'keyword',
  type: 'keyword',
  tag: 'keyword',
  name: 'keyword',
  string: 'string',
  regexp: 'string',
  number: 'number',
  comment: 'dim',
  meta: 'dim',
  title: 'title',
  attr: 'title',
  section: 'title',
  addition: 'good',
  deletion: 'bad',
};
const entities: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'"};

/** The code's lines as styled spans; null if there is too much of it. The language has been loaded. */
export function highlight(code: string, language: Language, theme: Theme): readonly Line[] | null {
  if (code.length > longest) return null;
  const {value} = core.highlight(code, {language, ignoreIllegals: true});
  const lines: Span[][] = [[]];
  const open: string[] = [];
  for (const [, scope, close, text = ''] of value.matchAll(/<span class="hljs-([^" ]+)[^>]*>|(<\/span>)|([^<]+)/g)) {
    if (scope !== undefined) open.push(theme.styles[scopes[scope] ?? 'plain']);
    else if (close !== undefined) open.pop();
    else addText(lines, unescaped(text), open.findLast(style => style !== '') ?? '');
  }
  return lines;
}

function addText(lines: Span[][], text: string, style: string): void {
  for (const [index, part] of text.split('\n').entries()) {
    if (index > 0) lines.push([]);
    if (part) lines.at(-1)?.push({text: part, style});
  }
}

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => entities[name] ?? '');
}
