/**
 * What lies in a folder at any depth: looked at once, and held as long as every folder in it is as it was. Links are listed and
 * not followed. Nothing that is held is older than what the disk says now: to make a link or a file, to move or to replace one
 * changes its folder's time, which nobody can set, and folders that changed only just now are not relied on.
 */
import {type Dirent, lstatSync, readdirSync, type Stats} from 'node:fs';
import {join} from 'node:path';

export interface SurveyedFolder {
  /** From the folder that was asked about on; empty for that itself. */
  readonly at: string;
  /** All names but those of links and folders. */
  readonly files: readonly string[];
  readonly links: readonly string[];
}

export interface Survey {
  readonly folders: readonly SurveyedFolder[];
  /** Folders that were not gone into, as `at`: what others published, and what git keeps in a form that no command reads. */
  readonly passedOver: readonly string[];
  readonly entries: number;
  /** Some folder could not be listed, or there is none. */
  readonly isPartial: boolean;
}

export interface Surveyor {
  /**
   * Null where there is too much to look at.
   * @param folder without links in its path.
   * @param isWhole nothing is passed over.
   */
  survey(folder: string, isWhole?: boolean): Survey | null;
  /** What the disk said counts until then: as often as anything may have changed. */
  forget(): void;
}

/** More entries are not looked at: some tens of milliseconds, once. */
const mostEntries = 20_000;
/** The same where nothing is passed over. */
const mostOfAll = 50_000;
/** Of all that is held together: some megabytes. */
const mostHeld = 100_000;

/** What tells a folder that was changed or replaced from the one that was looked at. */
interface Stamp {
  readonly path: string;
  readonly changed: number;
  readonly file: number;
  readonly device: number;
}

interface Look {
  readonly survey: Survey | null;
  readonly entries: number;
  /** Null: not to be held. */
  readonly stamps: readonly Stamp[] | null;
}

export function createSurveyor(): Surveyor {
  const looks = new Map<string, Look>();
  const checked = new Set<string>();
  let held = 0;

  function keep(key: string, look: Look): void {
    held += look.entries - (looks.get(key)?.entries ?? 0);
    if (held > mostHeld) {
      looks.clear();
      held = look.entries;
    }
    looks.set(key, look);
  }

  return {
    survey(folder, isWhole = false) {
      const key = `${isWhole ? '*' : ''}${folder}`;
      const known = looks.get(key);
      if (known && (checked.has(key) || known.stamps?.every(isUnchanged) === true)) {
        checked.add(key);
        return known.survey;
      }
      const look = lookAt(folder, isWhole);
      keep(key, look);
      checked.add(key);
      return look.survey;
    },
    forget: () => checked.clear(),
  };
}

function lookAt(start: string, isWhole: boolean): Look {
  const folders: SurveyedFolder[] = [];
  const passedOver: string[] = [];
  const stamps: Stamp[] = [];
  const open = [''];
  const most = isWhole ? mostOfAll : mostEntries;
  let entries = 0;
  let isPartial = false;
  let isHeld = true;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const path = at === '' ? start : `${start}/${at}`;
    // Taken before it is listed: what changes meanwhile is seen as a change.
    const stats = lstatSync(path, {throwIfNoEntry: false});
    const listed = stats?.isDirectory() ? entriesOf(path) : null;
    if (stats) stamps.push(toStamp(path, stats));
    if (!stats || isRecent(stats)) isHeld = false;
    if (listed === null) {
      isPartial = true;
      continue;
    }
    entries += listed.length;
    if (entries > most) return {survey: null, entries: 0, stamps: isHeld ? stamps : null};
    const [files, links]: [string[], string[]] = [[], []];
    for (const entry of listed) {
      if (entry.isSymbolicLink()) links.push(entry.name);
      else if (!entry.isDirectory()) files.push(entry.name);
      else {
        const inner = at === '' ? entry.name : `${at}/${entry.name}`;
        if (!isWhole && isPassedOver(entry.name, path)) passedOver.push(inner);
        else open.push(inner);
      }
    }
    folders.push({at, files, links});
  }
  return {survey: {folders, passedOver, entries, isPartial}, entries, stamps: isHeld ? stamps : null};
}

const isPassedOver = (name: string, folder: string): boolean =>
  name === 'node_modules' || (name === 'objects' && folder.endsWith('/.git'));

function entriesOf(folder: string): readonly Dirent[] | null {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return null;
  }
}

const toStamp = (path: string, {ctimeMs, ino, dev}: Stats): Stamp => ({path, changed: ctimeMs, file: ino, device: dev});

function isUnchanged({path, changed, file, device}: Stamp): boolean {
  const stats = lstatSync(path, {throwIfNoEntry: false});
  return stats !== undefined && stats.ctimeMs === changed && stats.ino === file && stats.dev === device;
}

/** The steps, in milliseconds, in which a system tells time: on Linux up to ten, of some disks whole seconds. */
const [step, coarseStep] = [20, 2_000];

/** Whether it may change once more without its time being another. */
const isRecent = ({ctimeMs}: Stats): boolean =>
  Date.now() - ctimeMs < (Number.isInteger(ctimeMs / 1_000) ? coarseStep : step);

/** The path below what was surveyed. @param folder as it is written, or as it leads. */
export const pathIn = (folder: string, at: string, name: string): string =>
  at === '' ? join(folder, name) : join(folder, at, name);
