/**
 * The schema of settings for others: as JSON Schema for editors, and as the table of docs/settings.md. Made when either
 * is written anew (scripts/settings-reference.js), never at run time.
 */
import * as z from 'zod';
import {schema} from './schema.js';

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The text of docs/settings.schema.json. */
export function toJsonSchema(): string {
  const {$schema, ...rest} = z.toJSONSchema(schema, {io: 'input', target: 'draft-7'});
  return `${JSON.stringify({$schema, title: 'Settings of agent', ...rest}, null, 2)}\n`;
}

function typeOf({
  type,
  enum: values,
  const: only,
  anyOf,
  items,
  additionalProperties,
  minimum,
  maximum,
}: JsonSchema): string {
  if (values) return values.map(value => `\`${value}\``).join(', ');
  if (only !== undefined) return `\`${only}\``;
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (items) return `list of ${typeOf(items)}s`;
  if (typeof additionalProperties === 'object') return 'object';
  return type === 'integer' ? `${minimum ?? 0} to ${maximum?.toLocaleString('en-US')}` : (type ?? '');
}

/** One row a key that takes a value; what is below a list or a name of the person's own is described in the text. */
function rowsOf({properties = {}}: JsonSchema, prefix: string): readonly string[] {
  return Object.entries(properties).flatMap(([key, each]) =>
    each.properties
      ? rowsOf(each, `${prefix}${key}.`)
      : [`| \`${prefix}${key}\` | ${typeOf(each)} | ${each.description ?? ''} |`],
  );
}

/** The table of all settings, as Markdown. */
export function toTable(): string {
  const rows = rowsOf(z.toJSONSchema(schema, {io: 'input'}) as JsonSchema, '');
  return ['| key | value | |', '|---|---|---|', ...rows].join('\n');
}
