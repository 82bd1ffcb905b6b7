/**
 * The words that tools describe their parameters with. Numbers and flags are also taken as text ("10", "true"), as
 * models send them. Made with zod/mini: every start builds these schemas, and the full zod takes 9 ms more for it.
 */
import {en} from 'zod/locales';
import * as z from 'zod/mini';
import type {ToolInput} from '../core/tool.js';

// Without it zod/mini says no more than "Invalid input".
z.config(en());

const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
};

export const text = () => z.string();

export const nonEmptyText = () => z.string().check(z.minLength(1));

export const oneOf = <const Words extends readonly string[]>(words: Words) => z.enum(words);

/** A whole number from `least` to `most`. */
export const wholeNumber = (least: number, most?: number) =>
  z.pipe(
    z.transform(fromText),
    // Not z.int(): its bounds would stand in every request.
    z
      .number()
      .check(
        z.minimum(least),
        ...(most === undefined ? [] : [z.maximum(most)]),
        z.refine(Number.isInteger, 'expected a whole number'),
        z.meta({type: 'integer'}),
      ),
  );

/** A number above 0. */
export const amount = () =>
  z.pipe(
    z.transform(value => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value)),
    // Not z.positive(): one bound less in every request.
    z.number().check(z.refine(value => value > 0, 'expected a number above 0')),
  );

/** One or more texts; a single one is taken as such a list. */
export const texts = () =>
  z.pipe(
    z.transform(value => (typeof value === 'string' ? [value] : value)),
    z.array(nonEmptyText()).check(z.minLength(1)),
  );

/** Parameters within a parameter. */
export const group = <Shape extends z.core.$ZodShape>(shape: Shape) => z.strictObject(shape);

export const flag = () => z.pipe(z.transform(fromText), z.boolean());

/** A parameter that may be left out. */
export const optional = <Parameter extends z.ZodMiniType>(parameter: Parameter) => z.optional(parameter);

/** The parameter with a word of explanation for the model. */
export const about = <Parameter extends z.ZodMiniType>(parameter: Parameter, explanation: string): Parameter =>
  parameter.check(z.describe(explanation));

/** All parameters of a tool; others than these are refused. */
export function parameters<Shape extends z.core.$ZodShape>(
  shape: Shape,
): ToolInput<z.infer<z.ZodMiniObject<Shape, z.core.$strict>>> {
  const schema = z.strictObject(shape);
  return {
    toJSONSchema: options => z.toJSONSchema(schema, options),
    safeParse: input => schema.safeParse(input),
  };
}
