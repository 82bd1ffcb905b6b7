/** The beginning of a text, for a row. */

/** Copied: a slice would keep the whole text in memory, for an ended agent as long as the session lasts. */
export const firstLine = (text: string): string =>
  [...text.trimStart().slice(0, 200)].join('').replace(/\s*(\n.*)?$/s, '');
