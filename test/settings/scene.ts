/** A home and a project of their own for each test, with settings files by short names. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type FolderItems, loadSettings, type SettingsOptions, type SettingsOutcome} from '../../src/settings/load.js';
import type {LoadedSettings} from '../../src/settings/settings.js';
import {createFolder} from '../support/folder.js';

type Options = Partial<SettingsOptions>;

export interface Scene {
  readonly home: string;
  readonly project: string;
  /** Paths of the files by who they are from, those that win last. */
  readonly files: Readonly<Record<FileName, string>>;
  write(file: FileName, content: unknown): void;
  load(options?: Options): Promise<SettingsOutcome>;
  /** Of a load that must succeed. */
  settings(options?: Options): Promise<LoadedSettings>;
}

export type FileName =
  | 'claude user'
  | 'user'
  | 'claude project'
  | 'project'
  | 'claude local'
  | 'local'
  | 'flag file'
  | 'managed';

export function createScene(): Scene {
  const folder = createFolder();
  const [home, project] = [join(folder, 'home'), join(folder, 'project')];
  mkdirSync(home);
  mkdirSync(project);
  const files = {
    'claude user': join(home, '.claude/settings.json'),
    user: join(home, '.agent/settings.json'),
    'claude project': join(project, '.claude/settings.json'),
    project: join(project, '.agent/settings.json'),
    'claude local': join(project, '.claude/settings.local.json'),
    local: join(project, '.agent/settings.local.json'),
    'flag file': join(folder, 'given.json'),
    managed: join(folder, 'etc/settings.json'),
  };
  const load = (options: Options = {}) =>
    loadSettings({cwd: project, env: {HOME: home}, managedFile: files.managed, ...options});
  return {
    home,
    project,
    files,
    write(file, content) {
      mkdirSync(dirname(files[file]), {recursive: true});
      const isText = typeof content === 'string' || content instanceof Uint8Array;
      writeFileSync(files[file], isText ? content : JSON.stringify(content));
    },
    load,
    async settings(options) {
      const outcome = await load(options);
      if (!outcome.ok) throw new Error(outcome.fault);
      return outcome.settings;
    },
  };
}

/** Answers the question whether the folder is trusted, and keeps what was asked. */
export function answering(answer: boolean) {
  const asked: string[][] = [];
  const askTrust = async ({items}: FolderItems): Promise<boolean> => {
    asked.push(items.map(({text}) => text));
    return answer;
  };
  return {asked, askTrust};
}
