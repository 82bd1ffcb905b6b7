/**
 * The live region's parts below the window as Ink components. Each subscribes to its own slice and draws again only
 * when that changes.
 */
import {Box, Text} from 'ink';
import {memo, useSyncExternalStore} from 'react';
import type {Frame} from './frame.js';

/** Where the parts read the current frame. */
export interface FrameStore {
  get(): Frame;
  subscribe(listener: () => void): () => void;
}

export type PartName = Exclude<keyof Frame, 'window' | 'caret'>;

interface PartProps {
  readonly store: FrameStore;
  readonly name: PartName;
}

export const parts: readonly PartName[] = ['activity', 'panel', 'status', 'draft'];

/** Lines made to measure: none is wider than the window, so Ink never wraps one. */
const Part = memo(({store, name}: PartProps) => {
  const text = useSyncExternalStore(store.subscribe, () => store.get()[name]);
  return text === '' && name !== 'activity' ? null : <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

export function App({store}: {readonly store: FrameStore}) {
  return (
    <Box flexDirection="column">
      {parts.map(name => (
        <Part key={name} store={store} name={name} />
      ))}
    </Box>
  );
}
