import type {KnipConfig} from 'knip';

export default {
  entry: ['src/cli/main.ts', 'src/index.ts', 'scripts/*.js', 'bench/*.{js,ts}'],
  project: ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'bench/**/*.{js,ts}', 'scripts/*.js'],
  ignoreBinaries: ['mkfifo'],
} satisfies KnipConfig;
