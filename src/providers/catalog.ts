/**
 * What is known of models: window, output limit, efforts, prices; and the short names that people use for them.
 *
 * A model that is not in the list works all the same: its price and window are unknown, never zero.
 */
import type {ModelInfo} from '../core/ports.js';
import type {Effort} from '../core/types.js';
import {nearest} from '../platform/edit-distance.js';
import catalog from './models.json' with {type: 'json'};

type Listed = (typeof catalog.models)[number];

/** What every model that speaks the Messages API can be asked for, small local ones included. */
const safeOutputTokens = 8_192;

const families = ['opus', 'sonnet', 'haiku'] as const;

/**
 * The model of that name: an id, with or without its date, or the newest of a family (`opus`, `sonnet`, `haiku`). Any
 * other name is taken as the id of a model that nothing is known of.
 */
export function lookUp(name: string): ModelInfo {
  const family = families.find(known => known === name.toLowerCase());
  const id = family ? newestOf(family) : name;
  const listed = find(id) ?? find(id.replace(/-20\d{6}$/, ''));
  if (listed) return {...toInfo(listed), id};
  return {
    id,
    name: id,
    contextWindow: null,
    maxOutputTokens: safeOutputTokens,
    price: null,
    effortLevels: [],
    adaptiveThinking: false,
    // An image that its model cannot read would make every later request of the conversation fail.
    images: id.startsWith('claude-'),
  };
}

/** The known name that somebody who typed `name` may have meant; null if none is near, or it is known itself. */
export function suggestModel(name: string): string | null {
  const known = [...families, ...catalog.models.map(({id}) => id)];
  return known.includes(name.toLowerCase()) ? null : nearest(name, known);
}

const find = (id: string): Listed | undefined => catalog.models.find(model => model.id === id);

function toInfo({
  id,
  name,
  contextWindow,
  maxOutputTokens,
  cost,
  effortLevels,
  adaptiveThinkingOnly,
  input,
}: Listed): ModelInfo {
  return {
    id,
    name,
    contextWindow,
    maxOutputTokens,
    price: cost,
    effortLevels: effortLevels as Effort[],
    adaptiveThinking: adaptiveThinkingOnly,
    images: input.includes('image'),
  };
}

/** The id with the highest version, of those that carry no date. */
function newestOf(family: string): string {
  const pattern = new RegExp(`^claude-${family}-(\\d+)(?:-(\\d{1,2}))?$`);
  const versions = catalog.models.flatMap(({id}) => {
    const match = pattern.exec(id);
    return match ? [{id, version: Number(match[1]) * 100 + Number(match[2] ?? 0)}] : [];
  });
  return versions.reduce((newest, next) => (next.version > newest.version ? next : newest)).id;
}
