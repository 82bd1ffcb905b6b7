import type {BuildOptions} from 'esbuild';

/** What is built, and for whom. */
export const target: {readonly platform: 'node'; readonly target: string};

/** Options of esbuild for everything that runs as a program. */
export const shared: BuildOptions;
