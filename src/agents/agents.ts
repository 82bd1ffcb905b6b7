/**
 * Which types of agents a session has: those given to it, over those of the project's files, over those of the person's,
 * over the built-in ones.
 */
import {UsageError} from '../core/errors.js';
import type {AgentType} from '../core/tree.js';
import {type AgentFilesOptions, type FoundTypes, readAgentFiles} from './agent-files.js';
import {builtInTypes} from './built-in.js';
import {type AgentDefinition, checkDefinition} from './definition.js';

export interface AgentTypesOptions extends AgentFilesOptions {
  /** By name. */
  readonly given: Readonly<Record<string, AgentDefinition>>;
}

/**
 * The types in the order in which the model is told of them. Throws `UsageError` for what is given and cannot be used;
 * of files, `reports` says what is wrong.
 */
export async function loadAgentTypes(options: AgentTypesOptions): Promise<FoundTypes> {
  const given = checkGiven(options);
  const {types, reports} = await readAgentFiles(options);
  const byName = new Map([...builtInTypes, ...types, ...given].map(type => [type.name, type]));
  return {types: [...byName.values()], reports};
}

function checkGiven({given, tools}: AgentTypesOptions): readonly AgentType[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UsageError('The agents given (--agents) must be an object: {"name": {"description": …, "prompt": …}}.');
  }
  return Object.entries(given).map(([name, definition]) => {
    const isObject = typeof definition === 'object' && definition !== null;
    const {type, complaints} = checkDefinition({...(isObject && definition), name}, {tools, isProjects: false});
    const [complaint] = complaints;
    // Who gives it is there to mend it, unlike the owner of a file.
    if (complaint) throw new UsageError(`The agent "${name}" (--agents) cannot be used: ${complaint.problem}.`);
    if (type === null) throw new Error(`the agent "${name}" is refused without a reason`);
    return type;
  });
}
