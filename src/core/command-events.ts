/** What is told of an agent's commands beside their calls: what goes on in the background, and what was left running. */
export type CommandEvent =
  /** How many of the agent's ended commands left something running. */
  | {readonly type: 'commands_changed'; readonly live: number}
  /** A command goes on beside its call; `path` is a file with its output. */
  | {
      readonly type: 'command_moved';
      readonly taskId: string;
      readonly callId: string;
      readonly command: string;
      readonly description: string;
      readonly path: string | null;
    }
  | {
      readonly type: 'command_ended';
      readonly taskId: string;
      readonly command: string;
      readonly state: 'done' | 'failed' | 'stopped';
      readonly exitCode: number | null;
    };
