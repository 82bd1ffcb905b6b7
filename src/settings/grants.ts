/**
 * What a file would let happen: hooks and a status line that run, variables, rules that allow, folders beside the
 * project, what work may cost. Each by itself, because a folder is trusted with exactly those that a person has seen.
 */
import {resolve} from 'node:path';
import {isWithin} from '../platform/paths.js';
import {realTarget} from '../platform/real-target.js';
import type {SettingsFile} from './schema.js';
import type {HookSetting, RuleSetting, StatusLineSetting, WithheldItem} from './settings.js';
import {isOfFolder, type Source} from './sources.js';

export type Grant =
  | {readonly kind: 'hook'; readonly hook: HookSetting}
  | {readonly kind: 'status line'; readonly statusLine: StatusLineSetting}
  | {readonly kind: 'env'; readonly name: string; readonly value: string; readonly source: Source}
  | {readonly kind: 'allow rule'; readonly rule: RuleSetting}
  | {readonly kind: 'directory'; readonly path: string; readonly source: Source}
  | {readonly kind: 'import'; readonly path: string; readonly source: Source}
  | {readonly kind: 'cost'; readonly setting: CostSetting; readonly source: Source};

/** One of them: the model, those that take over from it, its effort, a limit of agents, or when it is summed up. */
export type CostSetting = Pick<SettingsFile, 'model' | 'fallbackModel' | 'effort' | 'agents' | 'compaction'>;

function costsOf({model, fallbackModel, effort, agents = {}, compaction = {}}: SettingsFile): readonly CostSetting[] {
  return [
    ...(model === undefined ? [] : [{model}]),
    ...(fallbackModel === undefined ? [] : [{fallbackModel}]),
    ...(effort === undefined ? [] : [{effort}]),
    ...Object.entries(agents).map(([name, most]) => ({agents: {[name]: most}})),
    ...Object.entries(compaction).map(([name, value]) => ({compaction: {[name]: value}})),
  ];
}

export function hooksOf({hooks = {}}: SettingsFile, source: Source): readonly HookSetting[] {
  return Object.entries(hooks).flatMap(([event, groups]) =>
    groups.flatMap(({matcher, hooks: commands}) =>
      commands.map(({command, timeout, onFailure = 'allow'}) => ({
        event,
        // An empty one and `*` mean all, as Claude Code has it.
        matcher: matcher === undefined || matcher === '' || matcher === '*' ? null : matcher,
        command,
        timeoutMs: timeout === undefined ? null : timeout * 1_000,
        onFailure,
        source,
      })),
    ),
  );
}

/** The real place of what a file names: another one that a link is turned to later is another grant. */
function toPlace(path: string, {base}: Source, home: string | null): string {
  const absolute = resolve(base, home === null ? path : path.replace(/^~(?=\/|$)/, () => home));
  try {
    return realTarget(absolute);
  } catch {
    return absolute;
  }
}

/** All but hooks, which settings may switch off as a whole. */
export function grantsOf(settings: SettingsFile, source: Source, home: string | null): readonly Grant[] {
  const {env = {}, permissions = {}, statusLine} = settings;
  const {allow = [], additionalDirectories = []} = permissions;
  return [
    ...(statusLine
      ? [
          {
            kind: 'status line',
            statusLine: {command: statusLine.command, padding: statusLine.padding ?? 0, source},
          } as const,
        ]
      : []),
    ...Object.entries(env).map(([name, value]) => ({kind: 'env', name, value, source}) as const),
    ...allow.map(text => ({kind: 'allow rule', rule: {list: 'allow', text, source}}) as const),
    ...additionalDirectories.map(path => ({kind: 'directory', path: toPlace(path, source, home), source}) as const),
    ...costsOf(settings).map(setting => ({kind: 'cost', setting, source}) as const),
  ];
}

function sourceOf(grant: Grant): Source {
  switch (grant.kind) {
    case 'hook':
      return grant.hook.source;
    case 'status line':
      return grant.statusLine.source;
    case 'allow rule':
      return grant.rule.source;
    default:
      return grant.source;
  }
}

/** Whether only trust lets it take effect. A folder within the project is the project's anyway. */
export function needsTrust(grant: Grant): boolean {
  const source = sourceOf(grant);
  return isOfFolder(source) && !(grant.kind === 'directory' && isWithin(grant.path, source.base));
}

function describe(grant: Grant): string {
  switch (grant.kind) {
    case 'hook': {
      const {event, matcher, command} = grant.hook;
      return `${event}${matcher === null ? '' : ` (${matcher})`}: ${command}`;
    }
    case 'status line':
      return grant.statusLine.command;
    case 'env':
      return `${grant.name}=${grant.value}`;
    case 'allow rule':
      return grant.rule.text;
    case 'directory':
    case 'import':
      return grant.path;
    case 'cost':
      return describeCost(grant.setting);
    default:
      return grant satisfies never;
  }
}

function describeCost({model, fallbackModel, effort, ...groups}: CostSetting): string {
  if (model !== undefined) return `model: ${model}`;
  if (fallbackModel !== undefined) return `fallbackModel: ${[fallbackModel].flat().join(', ')}`;
  if (effort !== undefined) return `effort: ${effort}`;
  return Object.entries(groups)
    .flatMap(([group, values]) => Object.entries(values).map(([name, value]) => `${group}.${name}: ${value}`))
    .join(', ');
}

/** All that it would do, without where it is written: moved to another file of the folder it is the same. */
function contentOf(grant: Grant): readonly unknown[] {
  if (grant.kind !== 'hook') return [grant.kind, describe(grant)];
  const {event, matcher, command, timeoutMs, onFailure} = grant.hook;
  return [grant.kind, event, matcher, command, timeoutMs, onFailure];
}

/** Loaded only for a folder that brings something: it takes milliseconds of a start. */
const sha256 = (text: string): string => process.getBuiltinModule('node:crypto').hash('sha256', text);

export const toItem = (grant: Grant): WithheldItem => ({
  kind: grant.kind,
  text: describe(grant),
  hash: sha256(JSON.stringify(contentOf(grant))),
  source: sourceOf(grant),
});
