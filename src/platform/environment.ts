/**
 * The variables that a process is given. A type of our own: whoever uses this package from TypeScript needs no types of
 * Node for it.
 */
export type Environment = Readonly<Record<string, string | undefined>>;
