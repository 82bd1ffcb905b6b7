/** What a call is about as its input tells, before its tool has named it: the first text of it, as models write it first. */

/** Empty if the input holds no text. */
export function subjectOf(input: unknown): string {
  const subject = Object.values(input ?? {}).find(value => typeof value === 'string') ?? '';
  return subject.trim();
}

/** Its first line, and how many follow. */
export function subjectLine(input: unknown): string {
  const [first = '', ...rest] = subjectOf(input).split('\n');
  return rest.length === 0 ? first : `${first} … +${rest.length} ${rest.length === 1 ? 'line' : 'lines'}`;
}
