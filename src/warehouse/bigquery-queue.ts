/** BigQuery runs two statements that change one table at a time, queues twenty and refuses the rest. */
const atOnce = 2;

/** Lets at most two statements change a table at a time; the others wait here, in order. */
export type MutationQueue = <Result>(sql: string, run: () => Promise<Result>) => Promise<Result>;

/** A queue for all sessions of a process. */
export function openMutationQueue(): MutationQueue {
  const tables = new Map<string, { running: number; readonly waiting: (() => void)[] }>();
  return async (sql, run) => {
    const table = mutatedTable(sql);
    if (table === undefined) return run();
    const queue = tables.get(table) ?? { running: 0, waiting: [] };
    tables.set(table, queue);
    if (queue.running >= atOnce) await new Promise<void>((resolve) => queue.waiting.push(resolve));
    else queue.running += 1;
    try {
      return await run();
    } finally {
      const next = queue.waiting.shift();
      if (next === undefined) queue.running -= 1;
      else next();
    }
  };
}

/** The table that a statement, or the first of a script that does, updates, merges into or deletes from; INSERT has no such limit. */
function mutatedTable(sql: string): string | undefined {
  return /(?:^|;)\s*(?:merge|update|delete from)\s+([^\s]+)/i.exec(sql)?.[1]?.replaceAll("`", "");
}
