// Moves what was built to where programs start from, while they do. Each file is replaced in one step, and entries come
// last, so that whoever begins with one finds what it names. What is out of use stays for a while: programs that began
// before load it later. Since when it is out of use stands in a file beside it.
import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';

const listName = 'out-of-use.json';

/** Empties `source`, which is on the file system of `target`. */
export function replaceFolder(source, target, {entries, keepForMs, now}) {
  mkdirSync(target, {recursive: true});
  const fresh = filesIn(source);
  const before = filesIn(target);
  for (const name of [...fresh.filter(name => !entries.includes(name)), ...entries]) {
    mkdirSync(dirname(join(target, name)), {recursive: true});
    renameSync(join(source, name), join(target, name));
  }
  const known = readList(target);
  const kept = {};
  for (const name of before) {
    if (fresh.includes(name) || name === listName) continue;
    const since = known[name] ?? now;
    if (now - since < keepForMs) kept[name] = since;
    else rmSync(join(target, name));
  }
  writeList(target, kept);
}

function filesIn(folder) {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)));
}

function readList(target) {
  try {
    return JSON.parse(readFileSync(join(target, listName), 'utf8'));
  } catch {
    // None, or half of one: then all that is out of use has been so since now.
    return {};
  }
}

function writeList(target, kept) {
  if (Object.keys(kept).length === 0) rmSync(join(target, listName), {force: true});
  else writeFileSync(join(target, listName), JSON.stringify(kept));
}
