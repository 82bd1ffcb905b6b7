/** What lines for whoever looks for a fault are about, and which of them are asked for. */
export const debugCategories = ['api', 'agents', 'tools', 'hooks', 'mail', 'permissions', 'session'] as const;
export type DebugCategory = (typeof debugCategories)[number];

export type WantedCategories =
  | {readonly ok: true; readonly categories: ReadonlySet<DebugCategory>}
  | {readonly ok: false; readonly fault: string};

/** `api,hooks`: these. `!mail`: all but that. */
export function parseCategories(text: string): WantedCategories {
  const names = text.split(',').map(name => name.trim().toLowerCase());
  const unknown = names.find(name => !debugCategories.some(known => known === name.replace(/^!/, '')));
  if (unknown !== undefined) {
    const fault = `There is no category "${unknown}". There are: ${debugCategories.join(', ')}; ! before one leaves it out.`;
    return {ok: false, fault: `${fault} A prompt stands before --debug, or behind --.`};
  }
  const wanted = names.filter(name => !name.startsWith('!'));
  const has = (name: DebugCategory): boolean =>
    (wanted.length === 0 || wanted.includes(name)) && !names.includes(`!${name}`);
  return {ok: true, categories: new Set(debugCategories.filter(has))};
}
