/**
 * What a hook listens to: `Bash`, `Edit|Write`, or a regular expression. A name that stands for itself is never a part of
 * another, and a tool is met under any name that it is called by.
 */

/** Whether it is one of these names of the same thing. */
export type Matcher = (names: readonly string[]) => boolean;

const plainNames = /^[\w |]+$/;

/** Null for a regular expression that is none. */
export function toMatcher(text: string | null): Matcher | null {
  const wanted = text?.trim() ?? '';
  if (wanted === '' || wanted === '*') return () => true;
  if (plainNames.test(wanted)) {
    const listed = new Set(wanted.split('|').map(name => name.trim()));
    return names => names.some(name => listed.has(name));
  }
  try {
    const pattern = new RegExp(wanted);
    return names => names.some(name => pattern.test(name));
  } catch {
    return null;
  }
}
