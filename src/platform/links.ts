/** Whether symbolic links lie somewhere, told by looking at no more than a bounded number of entries. */
import {lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

/** Some milliseconds. */
const mostEntries = 2_000;

/** Whether it is a link or a folder that holds one at any depth; when in doubt, or if nothing is there, yes. */
export function mayHoldLinks(path: string): boolean {
  try {
    const found = lstatSync(path);
    return found.isDirectory() ? folderMay(path) : !found.isFile();
  } catch {
    return true;
  }
}

function folderMay(folder: string): boolean {
  const open = [folder];
  let entries = 0;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const entry of readdirSync(place, {withFileTypes: true})) {
      entries += 1;
      if (entries > mostEntries || entry.isSymbolicLink()) return true;
      if (entry.isDirectory()) open.push(join(place, entry.name));
    }
  }
  return false;
}
