/**
 * Reads one place of settings: its text, as JSON, as a file of ours. A broken one is never half obeyed: its fault names
 * line, column and key. What stands in it in vain is named in a warning.
 */

import {nearest} from '../platform/edit-distance.js';
import {readTextFile} from '../platform/text-file.js';
import type {Remark} from './claude.js';
import {hookEvents} from './events.js';
import {type ParsedJson, type Place, parseJson} from './json.js';
import type {SettingsFile, UnknownKey} from './schema.js';
import {isOfFolder, type SettingsPlace, type Source} from './sources.js';

/** What one place holds, without what it may not say. */
export interface Contribution {
  readonly settings: SettingsFile;
  readonly source: Source;
  readonly warnings: readonly string[];
}

/** Null: there is nothing there. `fault` is one line for a person: where, what is wrong, what to do. */
export type ReadOutcome = Contribution | null | {readonly fault: string};

const absent = new Set(['ENOENT', 'ENOTDIR']);

/** Never rejects. */
export async function readSettings(place: SettingsPlace): Promise<ReadOutcome> {
  const {source} = place;
  if (place.text !== null) return parse(place, place.text);
  const path = source.path ?? '';
  const file = await readTextFile(path);
  if ('text' in file) return parse(place, file.text);
  // What was asked for has to be there.
  if (absent.has(file.code ?? '') && source.origin !== 'flags') return null;
  return {fault: `The settings file ${path} cannot be used: ${file.problem}. Make it a readable file, or remove it.`};
}

const nameOf = ({path}: Source): string => (path === null ? 'The JSON of --settings' : `The settings file ${path}`);

/** As a person finds it: the file's path, or the flag, with line and column. */
function whereIs({path}: Source, {line, column}: Place): string {
  return path === null ? `The JSON of --settings:${line}:${column}` : `The settings file ${path}:${line}:${column}`;
}

const remedyFor = ({path}: Source): string => (path === null ? 'Mend it.' : 'Mend that line, or remove the file.');

async function parse({source, family}: SettingsPlace, text: string): Promise<ReadOutcome> {
  const json = parseJson(text);
  const faultAt = (place: Place, problem: string) => ({
    fault: `${whereIs(source, place)} is broken: ${problem}. ${remedyFor(source)}`,
  });
  if (!json.ok) return faultAt(json.place, json.message);
  const [{checkSettings}, {fromClaude}, {limitProject}] = await Promise.all([
    import('./schema.js'),
    import('./claude.js'),
    import('./project-limits.js'),
  ]);
  const {value, remarks} = family === 'claude' ? fromClaude(json.value) : {value: json.value, remarks: []};
  const checked = checkSettings(value);
  if (!checked.ok) return faultAt(json.placeOf(checked.path), checked.problem);
  const events = heardEvents(checked.settings);
  const limited = isOfFolder(source)
    ? limitProject(events.settings, json.value)
    : {settings: events.settings, refused: []};
  // What is refused is named as that, and not also as unknown.
  const unknown = checked.unknown.filter(({path}) => !limited.refused.some(({key}) => key === path.join('.')));
  const remarked = [...unknown.map(aboutKey), ...remarks, ...events.remarks];
  return {
    settings: limited.settings,
    source,
    warnings: [
      ...remarked.map(({path, text: problem}) => `${whereIs(source, placeOf(json, path))}: ${problem}`),
      ...limited.refused.map(
        ({key, reason}) => `${nameOf(source)} sets ${key} in vain: ${reason}, and no project may say it.`,
      ),
    ],
  };
}

const placeOf = (json: ParsedJson, path: readonly PropertyKey[]): Place =>
  json.ok ? json.placeOf(path) : {line: 1, column: 1};

/** The end of a sentence on a name that is not there. */
const meaning = (wanted: string, names: readonly string[]): string => {
  const near = nearest(wanted, names);
  return near === null ? `; known here: ${names.join(', ')}.` : `; is "${near}" meant?`;
};

function aboutKey({path, known}: UnknownKey): Remark {
  const key = String(path.at(-1));
  return {
    path,
    text: `there is no setting "${path.join('.')}"${meaning(key, known)}`,
  };
}

/** The file without hooks that would never be heard. */
function heardEvents(settings: SettingsFile): {readonly settings: SettingsFile; readonly remarks: readonly Remark[]} {
  const {hooks} = settings;
  if (hooks === undefined) return {settings, remarks: []};
  const isKnown = (event: string): boolean => hookEvents.some(known => known === event);
  const remarks = Object.keys(hooks)
    .filter(event => !isKnown(event))
    .map(event => ({
      path: ['hooks', event],
      text: `there is no event "${event}" for hooks${meaning(event, hookEvents)}`,
    }));
  const heard = Object.entries(hooks).filter(([event]) => isKnown(event));
  return {settings: {...settings, hooks: Object.fromEntries(heard)}, remarks};
}
