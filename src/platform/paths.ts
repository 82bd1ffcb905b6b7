/**
 * Plain questions about paths. The answer to what cannot be looked at is no.
 */
import {accessSync, constants, statSync} from 'node:fs';

/** Whether there is a folder, or a link to one. */
export const isFolder = (path: string): boolean => holds(() => statSync(path).isDirectory());

/** Whether there is a file that this user may run. */
export const isExecutable = (path: string): boolean =>
  holds(() => {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  });

function holds(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false;
  }
}
