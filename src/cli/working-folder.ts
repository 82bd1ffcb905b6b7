/** The folder that the program was started in. */
import {realpathSync} from 'node:fs';
import {UsageError} from '../core/errors.js';

/** Without links in its path. Throws `UsageError` where it is not there any more. */
export function workingFolder(): string {
  try {
    return realpathSync(process.cwd());
  } catch (error) {
    throw new UsageError('The folder to work in, the current one, does not exist. Change to one that does.', {
      cause: error,
    });
  }
}
