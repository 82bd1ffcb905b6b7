/**
 * Schemas of parameters that models also send as text: "10" for 10, "true" for true.
 */
import * as z from 'zod';

const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
};

/** A whole number, at least `least`. */
export const wholeNumber = (least: number) =>
  z.preprocess(
    fromText,
    // Not z.int(): its bounds would stand in every request.
    z.number().min(least).refine(Number.isInteger, 'expected a whole number').meta({type: 'integer'}),
  );

export const flag = () => z.preprocess(fromText, z.boolean());
