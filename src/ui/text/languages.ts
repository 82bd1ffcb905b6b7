/** The languages that code can be coloured in, under the names people write behind a fence. Each is loaded when met. */

export const languages = {
  bash: ['sh', 'shell', 'zsh', 'console'],
  c: ['h'],
  cpp: ['c++', 'cc', 'hpp', 'cxx'],
  css: ['scss', 'less'],
  diff: ['patch'],
  go: ['golang'],
  java: [],
  javascript: ['js', 'jsx', 'mjs', 'cjs'],
  json: ['jsonc', 'json5', 'jsonl'],
  python: ['py', 'python3'],
  ruby: ['rb'],
  rust: ['rs'],
  sql: ['postgres', 'mysql', 'sqlite'],
  typescript: ['ts', 'tsx', 'mts', 'cts'],
  xml: ['html', 'svg', 'vue', 'xhtml'],
  yaml: ['yml'],
} as const;

export type Language = keyof typeof languages;

const byName = new Map<string, Language>(
  (Object.keys(languages) as Language[]).flatMap(language =>
    [language, ...languages[language]].map((name): [string, Language] => [name, language]),
  ),
);

/** The language that a fence's info string begins with; null for none that is known. */
export function languageOf(info: string | undefined): Language | null {
  const [name] = /^[\w+#-]+/.exec(info?.trim() ?? '') ?? [];
  return name === undefined ? null : (byName.get(name.toLowerCase()) ?? null);
}

/** The known languages of all fenced code in a text. */
export function languagesIn(text: string): ReadonlySet<Language> {
  const found = new Set<Language>();
  for (const [, info] of text.matchAll(/^ {0,3}(?:`{3,}|~{3,})([^`\n]*)/gm)) {
    const language = languageOf(info);
    if (language) found.add(language);
  }
  return found;
}
