/**
 * Tools by every name that a model may call them by. An alias leads to the same tool, so that a call by it goes the one
 * path under the tool's own name; the model is told of the tool once.
 */
import type {Tool} from './ports.js';

type Named = Pick<Tool, 'name' | 'aliases'>;

/** The tools in their order, then their aliases. A tool's own name is never taken by another's alias. */
export function toolsByName<Each extends Named>(tools: readonly Each[]): ReadonlyMap<string, Each> {
  const named = new Map(tools.map(tool => [tool.name, tool]));
  for (const tool of tools) {
    for (const alias of tool.aliases ?? []) if (!named.has(alias)) named.set(alias, tool);
  }
  return named;
}

/** The tools' own names, each once. */
export function namesOf(tools: ReadonlyMap<string, Named>): readonly string[] {
  return [...new Set([...tools.values()].map(({name}) => name))];
}
