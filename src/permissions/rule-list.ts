/**
 * Several rules in one text, as flags give them: `Edit,Write Bash(git log, git show)`. Commas and blanks divide rules, save
 * inside of parentheses and double quotes and behind a backslash. Loaded with the command line, so it needs nothing.
 */

/** The rules of a text, in order. What is not closed reaches to the end: a rule is never cut into two. */
export function splitRules(text: string): readonly string[] {
  const rules: string[] = [];
  let rule = '';
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\') {
      rule += char + (text[at + 1] ?? '');
      at += 1;
      continue;
    }
    if (depth === 0 && /[\s,]/.test(char)) {
      rules.push(rule);
      rule = '';
      continue;
    }
    if (depth > 0 && char === '"') isQuoted = !isQuoted;
    if (!isQuoted && char === '(') depth += 1;
    if (!isQuoted && char === ')') depth = Math.max(0, depth - 1);
    rule += char;
  }
  return [...rules, rule].filter(Boolean);
}
