/** Where settings come from. */

export type SettingsOrigin = 'managed' | 'flags' | 'local' | 'project' | 'user';

export interface Source {
  readonly origin: SettingsOrigin;
  /** Null: JSON given on the command line. */
  readonly path: string | null;
  /** What relative paths in its rules are relative to: the project's root, or for the user's files the home. */
  readonly base: string;
}
