/** What agents have seen of files, kept beside what they said: after a restart, too, none overwrites what it has not seen. */
import type {KeptTree} from '../core/kept-tree.js';
import type {Store} from '../core/records.js';
import {createMarks, type Marks} from '../files/marks.js';

export const openMarks = (store: Store, kept: KeptTree | null): Marks =>
  createMarks({
    seen: kept ? [kept.root, ...kept.agents].map(({id, seen}) => [id, seen]) : [],
    note(id, path, hash) {
      const log = id === 'main' ? store.root : store.below(id);
      log.write({type: 'file_seen', path, hash});
    },
  });
