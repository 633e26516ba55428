/** BigQuery runs two statements that change one table at a time, queues twenty and refuses the rest. */
const atOnce = 2;

/** Lets at most two statements change a table at a time; the others wait here, in order. */
export type MutationQueue = <Result>(sql: string, run: () => Promise<Result>) => Promise<Result>;

/** Runs something when it is its turn. */
export type Line = <Result>(run: () => Promise<Result>) => Promise<Result>;

/** A queue for all sessions of a process. */
export function openMutationQueue(): MutationQueue {
  const tables = new Map<string, Line>();
  return async (sql, run) => {
    const table = mutatedTable(sql);
    if (table === undefined) return run();
    const line = tables.get(table) ?? openLine(atOnce);
    tables.set(table, line);
    return line(run);
  };
}

/** Lets at most `most` run at a time, in the order in which they come; all where there is no limit. */
export function openLine(most = Infinity): Line {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** The table that a statement, or the first of a script that does, updates, merges into or deletes from; INSERT has no such limit. */
function mutatedTable(sql: string): string | undefined {
  return /(?:^|;)\s*(?:merge|update|delete from)\s+([^\s]+)/i.exec(sql)?.[1]?.replaceAll("`", "");
}
