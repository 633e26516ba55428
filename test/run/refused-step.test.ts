import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop, readShop, runShop, stepText, withStep } from "./shop.ts";

/** The warehouse and its sessions, which tell the purpose of every statement. */
function told(warehouse: Warehouse, tell: (statement: Statement) => void): Warehouse {
  return {
    ...warehouse,
    async query(statement) {
      tell(statement);
      return warehouse.query(statement);
    },
    async execute(statements) {
      statements.forEach(tell);
      return warehouse.execute(statements);
    },
    session: async () => told(await warehouse.session(), tell),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

/** How many statements compute DAY, and what its dates became, where its total is another expression. */
async function runWith(
  total: string,
): Promise<{ readonly tries: number; readonly kinds: readonly string[] }> {
  await using warehouse = await openShop();
  const runbook = await readShop();
  const step = `select * replace (${total} as total) from (\n${stepText(runbook, "DAY")}\n) as outcome`;
  let tries = 0;
  const counted = told(warehouse, ({ purpose, sql }) => {
    if (purpose === "compute DAY" && sql.includes(total)) tries += 1;
  });
  const result = await runShop(counted, {
    runbook: withStep(runbook, "DAY", step),
    selection: { processors: ["DAY"] },
  });
  return {
    tries,
    kinds: result.cells.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind)).toSorted(),
  };
}

describe("a step that DuckDB refuses", () => {
  it("is told for all dates after one statement", async () => {
    const { tries, kinds } = await runWith("totl");
    assert.deepEqual([tries, new Set(kinds)], [1, new Set(["failed"])]);
  });

  it("is split down to the dates whose values it cannot compute with", async () => {
    const { kinds } = await runWith("if(sale_date = date '2024-01-02', cast(shop as int64), total)");
    assert.deepEqual([kinds.filter((kind) => kind === "failed").length, kinds.length], [1, 29]);
  });
});
