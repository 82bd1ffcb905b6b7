import type {KnipConfig} from 'knip';

export default {
  entry: ['src/cli/main.ts', 'src/index.ts', 'scripts/*.js', 'bench/*.{js,ts}'],
  project: ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'bench/**/*.{js,ts}', 'scripts/*.js'],
  ignoreBinaries: ['mkfifo'],
  // A type of an exported signature may be named by whoever calls it.
  ignoreExportsUsedInFile: {interface: true, type: true},
} satisfies KnipConfig;
