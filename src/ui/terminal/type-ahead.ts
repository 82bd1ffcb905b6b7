/**
 * What was typed before the keyboard was ours, as the keys that were pressed. Until then the kernel gathers lines, and
 * Enter reaches us as the line feed that means a new line in a draft.
 *
 * A line and its Enter are sent, as was meant. More than one line may be a paste, which comes without marks then and
 * looks just like it: half of one sent off by itself does harm, so all of it becomes a draft that a person looks at
 * first. A single line with its end that was pasted cannot be told from one that was typed; that is sent, as any
 * shell would run it.
 */

/** The text of one read, of what lay there when the terminal became ours. */
export function typedAhead(chunk: string): string {
  return /^\n*[^\n]*\n*$/.test(chunk) ? chunk.replaceAll('\n', '\r') : chunk;
}
