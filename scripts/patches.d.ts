import type {Plugin} from 'esbuild';

export const patchPackages: Plugin;
