/**
 * Several files as one: of what is said once the last word counts, rules and hooks add up, and what a folder may not do
 * by itself is left out and listed.
 */
import {dirname} from 'node:path';
import {type Grant, grantsOf, hooksOf, needsTrust, toItem} from './grants.js';
import type {Contribution} from './read.js';
import type {
  FolderImport,
  HookSetting,
  LoadedSettings,
  RuleSetting,
  SandboxSettings,
  WithheldItem,
} from './settings.js';
import {isOfFolder} from './sources.js';

/** What is so without any file. */
export const withoutFiles: LoadedSettings = {
  env: {},
  ownEnv: {},
  mode: null,
  mayBypass: true,
  additionalDirectories: [],
  imports: [],
  rules: [],
  hooks: [],
  statusLine: null,
  cleanupPeriodDays: null,
  sandbox: null,
  warnings: [],
  withheld: [],
};

/** The last value that is said at all. */
const last = <T>(values: readonly (T | undefined)[]): T | undefined => values.findLast(value => value !== undefined);

const folderSource = (path: string) => ({origin: 'project', path, base: dirname(path)}) as const;

/** All hooks, unless they are switched off; those of the machine's administrator only he can. */
function hooksThatCount(contributions: readonly Contribution[]): readonly HookSetting[] {
  const areOff = last(contributions.map(({settings}) => settings.disableAllHooks)) === true;
  const counting = areOff
    ? contributions.filter(({source, settings}) => source.origin === 'managed' && !settings.disableAllHooks)
    : contributions;
  return counting.flatMap(({settings, source}) => hooksOf(settings, source));
}

/** Rules that only restrict: they count wherever they stand. */
function restrictions({settings: {permissions = {}}, source}: Contribution): readonly RuleSetting[] {
  const {deny = [], ask = []} = permissions;
  return [
    ...deny.map(text => ({list: 'deny', text, source}) as const),
    ...ask.map(text => ({list: 'ask', text, source}) as const),
  ];
}

/** Lists add up, single values are those of the later one. */
function joinSandboxes(earlier: SandboxSettings, later: SandboxSettings): SandboxSettings {
  const join = (one: object = {}, other: object = {}): object => {
    const joined = Object.entries(other).map(([key, value]) => {
      const before: unknown = Object.entries(one).find(([known]) => known === key)?.[1];
      if (Array.isArray(before) && Array.isArray(value)) return [key, [...new Set([...before, ...value])]];
      const areObjects = typeof before === 'object' && typeof value === 'object';
      return [key, areObjects ? join(before ?? {}, value) : value];
    });
    return {...one, ...Object.fromEntries(joined)};
  };
  return join(earlier, later);
}

/** The names of a list, which may be written as one text with commas. */
const namesIn = (names: string | readonly string[]): readonly string[] =>
  [names]
    .flat()
    .flatMap(each => each.split(','))
    .map(name => name.trim())
    .filter(name => name !== '');

export interface MergeOptions {
  readonly home: string | null;
  /** Whether the person trusts the folder with that item. */
  readonly isTrusted: (item: WithheldItem) => boolean;
  /** What the folder's files of instructions would bring in from elsewhere. */
  readonly imports: readonly FolderImport[];
}

/** `contributions`: those that win last. */
export function mergeSettings(
  contributions: readonly Contribution[],
  {home, isTrusted, imports}: MergeOptions,
): LoadedSettings {
  const all: readonly Grant[] = [
    ...hooksThatCount(contributions).map(hook => ({kind: 'hook', hook}) as const),
    ...contributions.flatMap(({settings, source}) => grantsOf(settings, source, home)),
    ...imports.map(({file, target}) => ({kind: 'import', path: target, source: folderSource(file)}) as const),
  ];
  const withheld = new Map<string, WithheldItem>();
  const granted = all.filter(grant => {
    if (!needsTrust(grant)) return true;
    const item = toItem(grant);
    if (isTrusted(item)) return true;
    withheld.set(item.hash, item);
    return false;
  });
  const of = <Kind extends Grant['kind']>(kind: Kind) =>
    granted.filter((grant): grant is Extract<Grant, {kind: Kind}> => grant.kind === kind);
  const files = contributions.map(({settings}) => settings);
  const costs = of('cost').map(({setting}) => setting);
  const agents = Object.assign({}, ...costs.map(cost => cost.agents));
  const compaction = Object.assign({}, ...costs.map(cost => cost.compaction));
  const sandboxes: readonly SandboxSettings[] = files.flatMap(({sandbox}) => (sandbox ? [sandbox] : []));
  const model = last(costs.map(cost => cost.model));
  const fallbacks = last(costs.map(cost => cost.fallbackModel));
  const effort = last(costs.map(cost => cost.effort));
  const allowPrivate = last(files.map(file => file.webFetch?.allowPrivate));
  const memoryFiles = last(files.map(file => file.memoryFiles));
  const variables = of('env');
  const toEnv = (some: typeof variables) => Object.fromEntries(some.map(({name, value}) => [name, value]));
  return {
    ...(model !== undefined && {model}),
    ...(fallbacks !== undefined && {fallbackModels: namesIn(fallbacks)}),
    ...(effort !== undefined && {effort}),
    ...(Object.keys(agents).length > 0 && {agents}),
    ...(Object.keys(compaction).length > 0 && {compaction}),
    env: toEnv(variables),
    ownEnv: toEnv(variables.filter(({source}) => !isOfFolder(source))),
    mode: last(files.map(file => file.permissions?.defaultMode)) ?? null,
    mayBypass: files.every(file => file.permissions?.disableBypassPermissionsMode === undefined),
    ...(memoryFiles !== undefined && {memoryFiles}),
    ...(allowPrivate !== undefined && {allowPrivate}),
    imports: of('import').map(({path}) => path),
    additionalDirectories: [...new Set(of('directory').map(({path}) => path))],
    rules: [...contributions.flatMap(restrictions), ...of('allow rule').map(({rule}) => rule)],
    hooks: of('hook').map(({hook}) => hook),
    statusLine: of('status line').at(-1)?.statusLine ?? null,
    cleanupPeriodDays: last(files.map(file => file.cleanupPeriodDays)) ?? null,
    sandbox: sandboxes.length === 0 ? null : sandboxes.reduce(joinSandboxes),
    warnings: contributions.flatMap(({warnings}) => warnings),
    withheld: [...withheld.values()],
  };
}
