/** The analysis of shell commands, loaded with the first command: it brings a grammar. */
import type {judgeCommand, narrowestRules} from './shell/judge.js';

export type {CommandContext, CommandJudgement, PathJudgement, Secrets} from './shell/types.js';

export interface ShellJudge {
  readonly judgeCommand: typeof judgeCommand;
  readonly narrowestRules: typeof narrowestRules;
}

export const loadShellJudge = (): Promise<ShellJudge> => import('./shell/judge.js');
