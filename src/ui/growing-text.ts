/**
 * A text that grows by small pieces while others hold what it was. Added to each other, pieces take several times the
 * memory of their characters for as long as the text lives; so its end is joined anew until it is long enough to stay.
 */

export interface GrowingText {
  readonly text: string;
  /** The text but for its end. */
  readonly joined: string;
  readonly end: string;
}

/** Characters. */
const endBound = 1_024;

export const startText = (text: string): GrowingText => ({text, joined: text, end: ''});

export function growText({joined, end: before}: GrowingText, piece: string): GrowingText {
  // Joined, not added: that makes one string of the two.
  const end = [before, piece].join('');
  const text = joined + end;
  return end.length < endBound ? {text, joined, end} : {text, joined: text, end: ''};
}
