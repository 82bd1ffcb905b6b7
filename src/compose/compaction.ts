/** When conversations are summed up by themselves: what the options say over the settings, and else the default. */
import {UsageError} from '../core/errors.js';
import type {CompactionSettings} from '../core/heed-window.js';
import type {CompactionOptions} from '../settings/settings.js';

/** Room for the summary, and for an answer after that. */
const defaultAt = 0.85;

/** Throws `UsageError` for a part of a window at which none could help. */
export function chooseCompaction(...wishes: readonly (CompactionOptions | undefined)[]): CompactionSettings {
  const {auto, at} = Object.assign({auto: true, at: defaultAt}, ...wishes);
  if (at >= 0.1 && at <= 0.95) return {auto, at};
  throw new UsageError(`compaction.at is ${at}. Give a part of the window from 0.1 to 0.95.`);
}
