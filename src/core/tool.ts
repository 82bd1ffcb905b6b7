/**
 * What a tool is: a name, a JSON Schema, a `parse` that checks the model's input against it, an effect, and a `run`.
 *
 * `defineTool` derives schema and parse from one description of the input, so that they cannot disagree. What describes
 * it is whoever defines the tool's choice: a zod object does.
 */
import {ToolError} from './errors.js';
import type {Place, Tool, ToolContext, ToolDefinition} from './ports.js';
import type {Subject} from './question.js';
import type {ToolDisplay, ToolEffect, ToolResult} from './types.js';

/** Describes an input to the model, and checks one. An object schema of zod fits. */
export interface ToolInput<Input> {
  toJSONSchema(options: {readonly io: 'input'}): object;
  safeParse(
    input: unknown,
  ):
    | {readonly success: true; readonly data: Input}
    | {readonly success: false; readonly error: {readonly issues: readonly InputIssue[]}};
}

/** What a `ToolInput` gives when it accepts. */
export type InputOf<Described> = Described extends ToolInput<infer Input> ? Input : never;

interface InputIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface ToolSpec<Input> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly effect: ToolEffect;
  readonly input: ToolInput<Input>;
  title(input: Input, place: Place): string;
  subjects?(input: Input, place: Place): readonly Subject[];
  preview?(input: Input, context: ToolContext): Promise<ToolDisplay>;
  run(input: Input, context: ToolContext): Promise<ToolResult>;
}

/**
 * Makes a tool.
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
export function defineTool<Input>(spec: ToolSpec<Input>): Tool<Input> {
  const {$schema: _, ...inputSchema} = spec.input.toJSONSchema({io: 'input'}) as {readonly $schema?: string};
  return {
    name: spec.name,
    ...(spec.aliases && {aliases: spec.aliases}),
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
    ...(spec.subjects && {subjects: spec.subjects}),
    ...(spec.preview && {preview: spec.preview}),
    run: spec.run,
  };
}
