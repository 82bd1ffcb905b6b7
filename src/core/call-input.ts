/** A call's input as a model wrote it: what can be read of it, and what is wrong with it. */

/** @returns `fault`, for the model, where it is no JSON object; the input is then an empty one. */
export function readInput(json: string): {readonly input: unknown; readonly fault?: string} {
  if (json.trim() === '') return {input: {}};
  try {
    const input: unknown = JSON.parse(json);
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
