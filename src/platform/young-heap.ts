/** How much memory V8 gives to what is young. */
import {setFlagsFromString} from 'node:v8';

/**
 * From now on it stays at what it is. V8 doubles it, up to 48 MB, whenever much of it survives, as every text does that
 * streams; a conversation gains nothing by that, and the memory is not given back.
 */
export function boundYoungHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
