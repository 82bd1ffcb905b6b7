/**
 * The parts of a tool's result as the API takes them. One that it refuses would make every later request of the conversation
 * fail, and tools may be another program's: it becomes words that say what is missing.
 */
import type {ResultPart} from './estimate.js';
import type {ToolResult} from './types.js';

/** How base64 of an image begins. What a tool says of its type may be wrong, and then the API refuses it. */
const beginnings = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;
const maxMegabytes = 5;

const known: ReadonlySet<string> = new Set<ResultPart['type']>([
  'text',
  'image',
  'document',
  'search_result',
  'tool_reference',
]);

export function withFitParts(result: ToolResult): ToolResult {
  const {content} = result;
  return typeof content === 'string' ? result : {...result, content: content.map(fit)};
}

function fit(part: ResultPart): ResultPart {
  if (!known.has(part.type)) return leftOut(part.type, 'a result cannot hold it');
  return part.type === 'image' ? fitImage(part) : part;
}

type ImagePart = Extract<ResultPart, {type: 'image'}>;

function fitImage(part: ImagePart): ResultPart {
  const source: Partial<ImagePart['source']> = part.source ?? {};
  if (source.type === 'url') return part;
  const {data = ''} = source.type === 'base64' ? source : {};
  if (data === '') return leftOut('image', 'it is empty');
  if (data.length > maxMegabytes * 1024 * 1024) return leftOut('image', `it is larger than ${maxMegabytes} MB`);
  const [, type] = beginnings.find(([beginning]) => data.startsWith(beginning)) ?? [];
  if (type === undefined) return leftOut('image', 'it is none of type PNG, JPEG, GIF or WebP');
  return {...part, source: {type: 'base64', media_type: type, data}};
}

const leftOut = (what: string, why: string): ResultPart => ({
  type: 'text',
  text: `[Left out, because ${why}: 1 ${what}.]`,
});
