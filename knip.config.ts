import type {KnipConfig} from 'knip';

export default {
  entry: [
    'src/index.ts',
    // What the build puts together: see scripts/build.js.
    'src/cli/{start,main}.ts',
    'src/providers/fetch-globals.ts',
    'src/ui/text/segmenter.ts',
    'scripts/*.js',
    'bench/*.{js,ts}',
  ],
  project: ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}', 'bench/**/*.{js,ts}', 'scripts/*.js'],
  ignoreBinaries: ['mkfifo'],
  // A type of an exported signature may be named by whoever calls it.
  ignoreExportsUsedInFile: {interface: true, type: true},
} satisfies KnipConfig;
