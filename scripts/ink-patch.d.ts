import type {Plugin} from 'esbuild';

export function inkPatch(): Plugin;
