/**
 * The live region's parts below the window as Ink components. Each subscribes to its own slice and draws again only
 * when that changes.
 */
import {Box, Text} from 'ink';
import {memo, useSyncExternalStore} from 'react';
import {type Frame, type PartName, partNames} from './frame.js';

/** Where the parts read the current frame. */
export interface FrameStore {
  get(): Frame;
  subscribe(listener: () => void): () => void;
}

interface PartProps {
  readonly store: FrameStore;
  readonly name: PartName;
}

/** Lines made to measure: none is wider than the window, so Ink never wraps one. */
const Part = memo(({store, name}: PartProps) => {
  const text = useSyncExternalStore(store.subscribe, () => store.get()[name]);
  return text === '' ? null : <Text wrap="truncate">{text}</Text>;
});

export function App({store}: {readonly store: FrameStore}) {
  return (
    <Box flexDirection="column">
      {partNames.map(name => (
        <Part key={name} store={store} name={name} />
      ))}
    </Box>
  );
}
