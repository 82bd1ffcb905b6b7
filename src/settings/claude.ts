/**
 * Claude Code's settings files as ours: what means the same here is taken over, what only Claude Code has is passed by
 * without a word, and what we know and cannot do is named. A key that is newer than these tables is named too, and stops
 * nothing.
 */
import {permissionModes} from '../core/question.js';
import {efforts} from '../core/types.js';
import {foreignEvents} from './events.js';

/** A file's value in our shape, as yet unchecked; lines about what is left out, each with the key it is about. */
export interface Adapted {
  readonly value: unknown;
  readonly remarks: readonly Remark[];
}

export interface Remark {
  readonly path: readonly PropertyKey[];
  /** The rest of a line that begins with the place. */
  readonly text: string;
}

/** What Claude Code gets keys from: programs, or a login of its own. */
export const claudeKeyHelpers = [
  'apiKeyHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'proxyAuthHelper',
] as const;

/** The other keys of Claude Code at the top of a file that have no meaning here. */
const claudeKeys: readonly string[] = [
  ...claudeKeyHelpers,
  ...[
    'advisorModel',
    'agent',
    'allowManagedHooksOnly',
    'allowManagedMcpServersOnly',
    'allowManagedPermissionRulesOnly',
  ],
  ...['allowedChannelPlugins', 'allowedHttpHookUrls', 'allowedMcpServers', 'alwaysThinkingEnabled', 'attribution'],
  ...['autoMemoryDirectory', 'autoMemoryEnabled', 'autoMode', 'autoUpdatesChannel'],
  ...['availableModels', 'blockedMarketplaces', 'channelsEnabled', 'claudeMdExcludes', 'cleanupPeriodDays'],
  ...['companyAnnouncements', 'defaultShell', 'deniedMcpServers', 'disableAutoMode', 'disableDeepLinkRegistration'],
  ...['disableSkillShellExecution', 'disabledMcpServers', 'disabledMcpjsonServers', 'editorMode', 'effortLevel'],
  ...['enableAllProjectMcpServers', 'enabledMcpjsonServers', 'enabledPlugins', 'extraKnownMarketplaces', 'fastMode'],
  ...['fastModePerSessionOptIn', 'feedbackSurveyRate', 'fileSuggestion', 'forceLoginMethod', 'forceLoginOrgUUID'],
  ...['forceRemoteSettingsRefresh', 'httpHookAllowedEnvVars', 'includeCoAuthoredBy', 'includeGitInstructions'],
  ...['language', 'minimumVersion', 'modelOverrides', 'outputStyle', 'plansDirectory', 'pluginConfigs'],
  ...[
    'pluginTrustMessage',
    'prefersReducedMotion',
    'preferredNotifChannel',
    'respectGitignore',
    'showThinkingSummaries',
  ],
  ...['showTurnDuration', 'skillOverrides', 'skipAutoPermissionPrompt', 'skipDangerousModePermissionPrompt'],
  ...['skipWebFetchPreflight', 'spinnerTipsEnabled', 'spinnerTipsOverride', 'spinnerVerbs', 'sshConfigs'],
  ...['strictKnownMarketplaces', 'subagentStatusLine', 'syntaxHighlightingDisabled', 'teammateMode'],
  ...['terminalProgressBarEnabled', 'theme', 'tui', 'useAutoModeDuringPlan', 'verbose', 'viewMode', 'voiceEnabled'],
  'worktree',
];

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of an object those keys that we have; anything else goes on to be found at fault. */
const pick = (value: unknown, keys: readonly string[]): unknown =>
  isFields(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))) : value;

const permissionKeys = ['allow', 'ask', 'deny', 'defaultMode', 'additionalDirectories', 'disableBypassPermissionsMode'];
const knownModes: readonly unknown[] = permissionModes;
const knownEfforts: readonly unknown[] = efforts;
const hookKeys = ['type', 'command', 'timeout', 'onFailure'];
const networkKeys = ['allowedDomains', 'deniedDomains', 'allowUnixSockets', 'allowLocalBinding'];
const filesystemKeys = ['allowWrite', 'denyWrite', 'denyRead', 'allowRead'];
const sandboxKeys = ['enabled', 'autoAllowBashIfSandboxed', 'allowUnsandboxedCommands', 'excludedCommands'];

/** The model's name without what only Claude Code reads in it; undefined for "whatever is the default". */
function toModel(name: unknown): unknown {
  if (typeof name !== 'string') return name;
  if (name === 'default') return undefined;
  return name === 'opusplan' ? 'opus' : name.replace(/\[1m\]$/, '');
}

/** Several take the word for the default as well: ours is the one they stand in for. */
const toFallbacks = (names: unknown): unknown =>
  Array.isArray(names) ? names.map(toModel).filter(name => name !== undefined) : toModel(names);

function toPermissions(value: unknown, remarks: Remark[]): unknown {
  const picked = pick(value, permissionKeys);
  if (!isFields(picked) || picked.defaultMode === undefined || knownModes.includes(picked.defaultMode)) return picked;
  const {defaultMode, ...rest} = picked;
  const text = `the mode ${JSON.stringify(defaultMode)} is not known here, and has no effect.`;
  remarks.push({path: ['permissions', 'defaultMode'], text});
  return rest;
}

function toGroup(group: unknown, path: readonly PropertyKey[], remarks: Remark[]): unknown {
  if (!isFields(group) || !Array.isArray(group.hooks)) return pick(group, ['matcher', 'hooks']);
  const commands = group.hooks.filter((hook, at) => {
    const isCommand = !isFields(hook) || hook.type === 'command' || hook.type === undefined;
    const text = `hooks of the type ${JSON.stringify(isFields(hook) ? hook.type : null)} are not known here; it does not run.`;
    if (!isCommand) remarks.push({path: [...path, 'hooks', at], text});
    return isCommand;
  });
  const hooks = commands.map(hook => pick(isFields(hook) ? {type: 'command', ...hook} : hook, hookKeys));
  return {...(group.matcher !== undefined && {matcher: group.matcher}), hooks};
}

function toHooks(value: unknown, remarks: Remark[]): unknown {
  if (!isFields(value)) return value;
  const heard = Object.entries(value).filter(([event]) => !foreignEvents.includes(event));
  const toGroups = (event: string, groups: unknown): unknown =>
    Array.isArray(groups) ? groups.map((group, at) => toGroup(group, ['hooks', event, at], remarks)) : groups;
  return Object.fromEntries(heard.map(([event, groups]) => [event, toGroups(event, groups)]));
}

function toSandbox(value: unknown): unknown {
  if (!isFields(value)) return value;
  return {
    ...Object.fromEntries(Object.entries(value).filter(([key]) => sandboxKeys.includes(key))),
    ...(value.network !== undefined && {network: pick(value.network, networkKeys)}),
    ...(value.filesystem !== undefined && {filesystem: pick(value.filesystem, filesystemKeys)}),
  };
}

/** What a file of Claude Code says in our terms. */
export function fromClaude(value: unknown): Adapted {
  if (!isFields(value)) return {value, remarks: []};
  const remarks: Remark[] = [];
  const {model, fallbackModel, effortLevel, autoCompactEnabled, ...rest} = value;
  const {permissions, hooks, statusLine, sandbox, ...others} = rest;
  const adapted = {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !claudeKeys.includes(key))),
    ...(toModel(model) !== undefined && {model: toModel(model)}),
    ...(fallbackModel !== undefined && {fallbackModel: toFallbacks(fallbackModel)}),
    ...(knownEfforts.includes(effortLevel) && {effort: effortLevel}),
    ...(typeof autoCompactEnabled === 'boolean' && {compaction: {auto: autoCompactEnabled}}),
    ...(permissions !== undefined && {permissions: toPermissions(permissions, remarks)}),
    ...(hooks !== undefined && {hooks: toHooks(hooks, remarks)}),
    ...(statusLine !== undefined && {statusLine: pick(statusLine, ['type', 'command', 'padding'])}),
    ...(sandbox !== undefined && {sandbox: toSandbox(sandbox)}),
  };
  return {value: adapted, remarks};
}
