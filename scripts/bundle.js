// How everything is bundled: the command, the library, and what tests of the screen start in its place.
import {patchPackages} from './patches.js';

export const target = {platform: 'node', target: 'node20'};
export const shared = {
  ...target,
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  legalComments: 'none',
  // Both bring programs of their own, which they find beside themselves.
  external: ['@vscode/ripgrep', '@anthropic-ai/sandbox-runtime'],
  plugins: [patchPackages],
  // In the place of the platform's own, which are slow at their first touch: see these files.
  inject: ['src/providers/fetch-globals.ts', 'src/ui/text/segmenter.ts'],
  define: {
    'process.env.NODE_ENV': '"production"',
    Headers: 'SmallHeaders',
    Response: 'SmallResponse',
    Request: 'NeverMade',
    FormData: 'NeverMade',
    'globalThis.ReadableStream': 'undefined',
    'globalThis.Blob': 'undefined',
    'Intl.Segmenter': 'FastSegmenter',
  },
};
