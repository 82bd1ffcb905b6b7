/**
 * Plain questions about paths. The answer to what cannot be looked at is no.
 */
import {accessSync, constants, statSync} from 'node:fs';
import {isAbsolute, relative, sep} from 'node:path';

/** Whether there is a folder, or a link to one. */
export const isFolder = (path: string): boolean => holds(() => statSync(path).isDirectory());

/** Whether there is a folder that this user may go to. */
export const isReachable = (path: string): boolean =>
  holds(() => {
    accessSync(path, constants.X_OK);
    return statSync(path).isDirectory();
  });

/** Whether there is a file that this user may run. */
export const isExecutable = (path: string): boolean =>
  holds(() => {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  });

/** Whether one absolute path is a folder's, or of something below it. Looks at the letters only, and follows no links. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function holds(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false;
  }
}
