/**
 * A project folder with real files, and permissions over it: what the tests of rules, modes and questions ask.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Decision, PermissionRequest} from '../../src/core/policy.js';
import type {Subject} from '../../src/core/question.js';
import type {AgentEvent} from '../../src/core/types.js';
import {createJudge} from '../../src/permissions/judge.js';
import type {PermissionOptions, SessionPermissions} from '../../src/permissions/permissions.js';
import type {RuleSetting} from '../../src/settings/settings.js';
import {builtInFacts, freeTools} from '../../src/tools/facts.js';
import {createFolder} from '../support/folder.js';

export interface Project {
  /** Everything that the test makes lies in it. */
  readonly outside: string;
  readonly root: string;
  readonly home: string;
  path(name: string): string;
  put(name: string, content?: string): string;
}

/** A project beside a home. */
export function createProject(): Project {
  const outside = createFolder();
  const [root, home] = [join(outside, 'project'), join(outside, 'home')];
  mkdirSync(root);
  mkdirSync(home);
  const path = (name: string): string => join(root, name);
  return {
    outside,
    root,
    home,
    path,
    put(name, content = '') {
      mkdirSync(dirname(path(name)), {recursive: true});
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}

export interface Given extends Partial<Omit<PermissionOptions, 'settings'>> {
  readonly settings?: Partial<PermissionOptions['settings']>;
}

export interface Scene extends SessionPermissions {
  readonly project: Project;
  readonly told: readonly AgentEvent[];
}

export function open({settings, ...given}: Given = {}, project = createProject()): Scene {
  const told: AgentEvent[] = [];
  const permissions = createJudge({
    cwd: project.root,
    env: {HOME: project.home},
    tools: builtInFacts,
    free: freeTools,
    tell: event => void told.push(event),
    ...given,
    settings: {rules: [], mode: null, mayBypass: true, additionalDirectories: [], ...settings},
  });
  return {...permissions, project, told};
}

/** Rules of the project's own settings. */
export const rules = (
  {root}: Project,
  lists: Partial<Record<RuleSetting['list'], readonly string[]>>,
  origin: RuleSetting['source']['origin'] = 'project',
): readonly RuleSetting[] =>
  (['deny', 'ask', 'allow'] as const).flatMap(list =>
    (lists[list] ?? []).map(text => ({
      list,
      text,
      source: {origin, path: join(root, '.agent', 'settings.json'), base: root},
    })),
  );

let calls = 0;

/** A call of the root's unless told. Ids differ. */
export function call(
  tool: string,
  subjects: readonly Subject[] = [],
  more: Partial<PermissionRequest> = {},
): PermissionRequest {
  calls += 1;
  const effect = builtInFacts.find(({name}) => name === tool)?.effect ?? 'changes';
  const who = {agentId: 'main', kind: 'main', lineage: ['main'], mode: null};
  return {...who, callId: `call_${calls}`, tool, title: tool, input: {}, effect, subjects, ...more};
}

export const reading = (path: string, tool = 'Read', more: Partial<PermissionRequest> = {}): PermissionRequest =>
  call(tool, [{type: 'path', access: 'read', path}], more);

export const writing = (path: string, tool = 'Edit', more: Partial<PermissionRequest> = {}): PermissionRequest =>
  call(tool, [{type: 'path', access: 'write', path}], more);

export const running = (command: string, cwd: string, more: Partial<PermissionRequest> = {}): PermissionRequest =>
  call('Bash', [{type: 'command', command, cwd}], more);

/** An agent below the root. */
export const below = (...ids: readonly string[]): Pick<PermissionRequest, 'agentId' | 'lineage'> => ({
  agentId: ids.at(-1) ?? 'main',
  lineage: ['main', ...ids],
});

export async function verdictOf(
  scene: Pick<Scene, 'decide'>,
  request: PermissionRequest,
): Promise<Decision['verdict']> {
  return (await scene.decide(request)).verdict;
}
