/** Code in colours: highlight.js over the languages people meet most, loaded with the first code block. */
import core from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import type {StyleName, Theme} from '../theme.js';
import type {Line, Span} from './styled.js';

/** Longer blocks stay plain: 12 ms go into 300 lines. */
const longest = 100_000;

const languages = {
  bash,
  c,
  cpp,
  css,
  diff,
  go,
  java,
  javascript,
  json,
  python,
  ruby,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(languages)) core.registerLanguage(name, language);

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

/** The code's lines as styled spans, or null for a language it does not know. */
export function highlight(code: string, language: string, theme: Theme): readonly Line[] | null {
  if (code.length > longest || !core.getLanguage(language)) return null;
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
