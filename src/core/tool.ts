/**
 * What a tool is: a name, a JSON Schema, a `parse` that checks the model's input against it, an effect, and a `run`.
 *
 * `defineTool` derives schema and parse from one zod object, so that they cannot disagree. Zod is imported for its
 * types alone: whoever defines a tool brings the library.
 */
import type {ZodObject, z} from 'zod';
import {ToolError} from './errors.js';
import type {Place, Tool, ToolContext, ToolDefinition} from './ports.js';
import type {ToolDisplay, ToolEffect, ToolResult} from './types.js';

export interface ToolSpec<Schema extends ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly effect: ToolEffect;
  readonly input: Schema;
  title(input: z.infer<Schema>, place: Place): string;
  preview?(input: z.infer<Schema>, context: ToolContext): Promise<ToolDisplay>;
  run(input: z.infer<Schema>, context: ToolContext): Promise<ToolResult>;
}

/**
 * Makes a tool from a zod object schema.
 *
 * @example
 * defineTool({
 *   name: 'Roll',
 *   description: 'Rolls a die with the given number of sides.',
 *   effect: 'reads',
 *   input: z.strictObject({sides: z.int().positive()}),
 *   title: ({sides}) => `d${sides}`,
 *   async run({sides}) { return {content: String(1 + Math.floor(Math.random() * sides))}; },
 * });
 */
export function defineTool<Schema extends ZodObject>(spec: ToolSpec<Schema>): Tool<z.infer<Schema>> {
  const {$schema: _, ...inputSchema} = spec.input.toJSONSchema({io: 'input'});
  return {
    name: spec.name,
    description: spec.description,
    effect: spec.effect,
    inputSchema: inputSchema as ToolDefinition.InputSchema,
    parse(input) {
      const parsed = spec.input.safeParse(input);
      if (parsed.success) return parsed.data;
      const faults = parsed.error.issues.map(({path, message}) =>
        path.length > 0 ? `\`${path.join('.')}\`: ${message}` : message,
      );
      throw new ToolError(
        `${spec.name} was called with wrong parameters. ${faults.join('; ')}. Call it again with the parameters of its schema.`,
      );
    },
    title: spec.title,
    ...(spec.preview && {preview: spec.preview}),
    run: spec.run,
  };
}
