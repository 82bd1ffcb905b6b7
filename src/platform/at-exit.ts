/**
 * What has to be done when the program exits, behind one listener however many have asked: Node warns of a leak at the
 * eleventh.
 */
const tasks = new Set<() => void>();

const runAll = (): void => {
  for (const task of tasks) task();
};

/** Runs `task` at the program's `exit` event, where nothing can be waited for. Returns how to take that back. */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', runAll);
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) process.off('exit', runAll);
  };
}
