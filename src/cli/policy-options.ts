/**
 * Options by which a run is told what may run without a question: the same for a conversation, one answer, and
 * `agent policy explain`.
 */
import {type Command, InvalidArgumentError, Option} from 'commander';
import {type PermissionMode, permissionModes} from '../core/question.js';
import {splitRules} from '../permissions/rule-list.js';
import {type SettingSource, settingSources} from '../settings/sources.js';

export interface PolicyArguments {
  readonly permissionMode?: PermissionMode;
  readonly allowedTools: readonly string[];
  readonly disallowedTools: readonly string[];
  readonly dangerouslySkipPermissions: boolean;
  /** A file, or JSON. */
  readonly settings?: string;
  readonly settingSources?: readonly SettingSource[];
  readonly trust: boolean;
}

/** One list of rules, or several. */
const parseRules = (value: string, previous: readonly string[]): readonly string[] => [
  ...previous,
  ...splitRules(value),
];

function parseSources(value: string): readonly SettingSource[] {
  return value
    .split(',')
    .map(name => name.trim())
    .filter(Boolean)
    .map(name => {
      const known = settingSources.find(source => source === name);
      if (known) return known;
      throw new InvalidArgumentError(`"${name}" is none: give ${settingSources.join(', ')}, or several with commas.`);
    });
}

export const addPolicyOptions = (command: Command): Command =>
  command
    .addOption(new Option('--permission-mode <mode>', 'how much runs without asking').choices(permissionModes))
    .option(
      '--allowedTools, --allowed-tools <rules>',
      'what runs without asking: "Edit,Bash(npm test:*)"',
      parseRules,
      [],
    )
    .option(
      '--disallowedTools, --disallowed-tools <rules>',
      'what never runs; whole tools the model does not get',
      parseRules,
      [],
    )
    .option('--dangerously-skip-permissions', 'the mode bypassPermissions: all runs that no rule stops', false)
    .option('--settings <file-or-json>', 'settings for this run, over those of your files')
    .option('--setting-sources <names>', 'settings files to read: user,project,local; project trusts it', parseSources)
    .option('--trust', "let the folder's own hooks, variables and allow rules take effect in this run", false);

/** One line for a person, or null. */
export const contradictionIn = ({permissionMode, dangerouslySkipPermissions}: PolicyArguments): string | null =>
  dangerouslySkipPermissions && permissionMode !== undefined && permissionMode !== 'bypassPermissions'
    ? `--permission-mode ${permissionMode} and --dangerously-skip-permissions contradict each other. Give one of them.`
    : null;
