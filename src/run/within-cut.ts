import type { TableCut } from "../domain/table-cut.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What a session may see for a while; `token` is unique to the session. */
export type SessionCut = {
  readonly cuts: readonly TableCut[];
  readonly token: string;
  readonly purpose: string;
};

/** Does work while the session's queries, once narrowed, see nothing of tables beside the cuts. */
export async function withinCut<Result>(
  warehouse: Warehouse,
  { cuts, token, purpose }: SessionCut,
  work: () => Promise<Result>,
): Promise<Result> {
  const { begin, end } = warehouse.dialect.cut;
  async function say(statements: readonly string[]): Promise<void> {
    for (const sql of statements) {
      await warehouse.query({ sql, purpose });
    }
  }
  try {
    await say(begin(cuts, token));
    return await work();
  } finally {
    await say(end(token));
  }
}
