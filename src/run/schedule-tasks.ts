/** Something to do once all that it needs has been done. */
export type Task = {
  readonly id: string;
  /** Ids of tasks of the same schedule; others are taken as done. */
  readonly needs: readonly string[];
  readonly run: () => Promise<void>;
};

/**
 * Runs tasks in dependency order, at most `concurrency` at a time, in the order given where there is a choice. Stops
 * starting tasks when `isStopped` says so. The first error is thrown once what runs has ended.
 */
export async function scheduleTasks(
  tasks: readonly Task[],
  options: { readonly concurrency: number; readonly isStopped: () => boolean },
): Promise<void> {
  const waiting = new Set(tasks);
  const unfinished = new Set(tasks.map(({ id }) => id));
  const errors: unknown[] = [];
  const running = new Set<Promise<void>>();
  while (true) {
    for (const task of startable(waiting, unfinished, options.concurrency - running.size)) {
      if (errors.length > 0 || options.isStopped()) break;
      waiting.delete(task);
      const run = runTask(task, unfinished, errors).finally(() => running.delete(run));
      running.add(run);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (errors.length > 0) throw errors[0];
}

function startable(
  waiting: ReadonlySet<Task>,
  unfinished: ReadonlySet<string>,
  room: number,
): readonly Task[] {
  return [...waiting]
    .filter(({ needs }) => needs.every((id) => !unfinished.has(id)))
    .slice(0, Math.max(0, room));
}

async function runTask(task: Task, unfinished: Set<string>, errors: unknown[]): Promise<void> {
  try {
    await task.run();
    unfinished.delete(task.id);
  } catch (error) {
    errors.push(error);
  }
}
