/** What calls know of the sandbox that commands run in. */

export interface CommandSandbox {
  /** Whether to run in it is reason enough not to ask. */
  readonly asksNothing: boolean;
  /** Whether a command may ask to run outside. */
  readonly mayLeave: boolean;
  /** Whether the command runs outside, because it wants to or because the settings say so. */
  isOutside(command: string, wantsOut: boolean): boolean;
  /** What to tell the model of a failed command's output; null if the sandbox had no part in it. */
  explain(output: string): string | null;
}
