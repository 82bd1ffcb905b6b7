/**
 * What comes in to a command, as far as the line shows it: text, or names of files that another command lists.
 */

/** Null: not known. */
export type Input = {
  readonly text: string;
  /** For certain, or as far as can be seen. */
  readonly certain: boolean;
  /** Other commands may have taken some of it before. */
  readonly isRest?: true;
  readonly listing?: Listing;
} | null;

/** Names of files as a command tells them, each in one of its folders. */
export interface Listing {
  readonly folders: readonly string[];
  /** Each ends with NUL, not with a line. */
  readonly isNul: boolean;
  /** Whether it tells of such a file. @param name from the folder on. */
  holds(folder: string, name: string): boolean;
  /** Whether all of them are sure to lie there, also if they are cut into words, and none looks like an option. */
  isPlain(isCut: boolean): boolean;
}

/** What a variable holds that gets one name after the other. */
export interface Listed {
  readonly listing: Listing;
}
