/** A call's input as a model wrote it: what can be read of it, and what is wrong with it. */

/**
 * @param begun what the call began with: all of its input, where a compatible server sends that at once.
 * @returns `fault`, for the model, where it is no JSON object; the input is then an empty one.
 */
export function readInput(json: string, begun: unknown): {readonly input: unknown; readonly fault?: string} {
  try {
    const input = json.trim() === '' ? (begun ?? {}) : (JSON.parse(json) as unknown);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return {input};
    return {input: {}, fault: 'The input of the call was no JSON object.'};
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      input: {},
      fault: `The input of the call was no valid JSON (${reason}); if it was cut off, send less at a time.`,
    };
  }
}
