/** Opens a file in the person's own editor, which has the terminal until it ends. */
import {spawn} from 'node:child_process';
import {dirname} from 'node:path';
import type {Environment} from '../platform/environment.js';
import {makeFolder} from '../platform/make-folder.js';
import {ownPath} from '../platform/search-path.js';

/** @param folder that what is opened comes from: no program is started from there. A line for the person if it failed. */
export function openEditor(path: string, env: Environment, folder: string): Promise<string | null> {
  const editor = env.VISUAL || env.EDITOR || 'vi';
  makeFolder(dirname(path));
  return new Promise(done => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', path], {
      stdio: 'inherit',
      env: {...env, PATH: ownPath(env.PATH ?? '', folder)},
    });
    child.on('error', error => done(`The editor ${editor} was not started: ${error.message}.`));
    child.on('exit', code =>
      done(code === 0 ? null : `The editor ${editor} ended with ${code ?? 'a signal'}. Set $EDITOR to another.`),
    );
  });
}
