/**
 * A text that comes in small pieces. Kept one by one, or added to each other, they take several times the memory of their
 * characters for as long as the text lives; joined by the thousand they do not.
 */

export interface GrowingText {
  add(piece: string): void;
  /** What has come so far. */
  text(): string;
}

/** Characters that are joined at once. */
const joinedAt = 1_024;

export function createGrowingText(): GrowingText {
  let joined = '';
  let pieces: string[] = [];
  let length = 0;
  return {
    add(piece) {
      pieces.push(piece);
      length += piece.length;
      if (length < joinedAt) return;
      joined += pieces.join('');
      pieces = [];
      length = 0;
    },
    text: () => joined + pieces.join(''),
  };
}
