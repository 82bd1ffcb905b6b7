/**
 * Which commands the settings keep out of the sandbox. This decides where a command runs and nothing else: outside, the
 * permission rules judge it as if there were no sandbox.
 */

/**
 * Whether a part of the command is one of those: `docker` and `docker *` mean the program with any arguments, `docker:*` what
 * begins so, others the very words.
 */
export function isExcluded(command: string, excluded: readonly string[]): boolean {
  const parts = command.split(/&&|\|\||[;|&\n]/).map(part => part.trim().replace(/\s+/g, ' '));
  return parts.some(part => excluded.some(pattern => fits(part, pattern.trim())));
}

function fits(part: string, pattern: string): boolean {
  const start = /^(.*?)(?::\*| \*)$/.exec(pattern)?.[1];
  if (start !== undefined) return part === start || part.startsWith(`${start} `);
  return part === pattern || (!pattern.includes(' ') && part.startsWith(`${pattern} `));
}
