import {defineConfig} from 'vitest/config';

// Two projects: the many quick tests share one module graph a worker; what starts the built program in a pty is isolated.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/pty/**', 'test/e2e/**'],
          isolate: false,
          execArgv: ['--expose-gc'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'program',
          include: ['test/pty/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          fileParallelism: true,
        },
      },
    ],
  },
});
