/** What a call of an earlier time was about, in a line, as its tool says it today. */
import type {Place, Tool} from './ports.js';
import type {ToolUseBlock} from './transcript.js';

/** Empty where there is no such tool any more, or where it takes no such input. */
export function titleOf({input}: ToolUseBlock, tool: Tool | undefined, place: Place): string {
  try {
    return tool?.title(tool.parse(input), place) ?? '';
  } catch {
    return '';
  }
}
