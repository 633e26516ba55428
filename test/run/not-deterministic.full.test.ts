import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reportOn } from "../../src/operations/report-on.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { day } from "../plan/small-runbook.ts";
import {
  changeTables,
  openSettledShop,
  openShop,
  readShop,
  runShop,
  shopRange,
  stepText,
  withStep,
} from "./shop.ts";

const third = day("2024-01-03");

/** The first date of whatever is computed together has one more than it should. */
function restingOnTheChunk(runbook: Runbook): Runbook {
  return withStep(
    runbook,
    "DAY",
    `with step as (${stepText(runbook, "DAY")})
select * replace (total + case when sale_date = @start_date then 1 else 0 end as total) from step`,
  );
}

describe("equal inputs that give other content", () => {
  it("are found with date, key and column, and told by run and report", async () => {
    const runbook = restingOnTheChunk(await readShop());
    await using warehouse = await openShop();
    const first = await runShop(warehouse, { runbook });
    assert.deepEqual(findingsOf(first), []);
    const selection = { range: { from: third, to: third }, processors: ["DAY"], force: true };
    const again = await runShop(warehouse, { runbook, selection });
    assert.deepEqual(
      findingsOf(again).map(({ date }) => date),
      [third],
    );
    const [{ finding } = { finding: "" }] = findingsOf(again);
    assert.match(finding, /^not-deterministic: .* \(first east: total was \d+, is \d+, 3 rows differ\)$/);
    const kept = await warehouse.query({
      sql: "select error, finding from shop_processing.cascade_partitions where error is not null or finding is not null",
      purpose: "read the ledger",
    });
    assert.deepEqual(kept, [{ error: null, finding }]);
    const model = await reportOn(warehouse, {
      runbook,
      selection: { range: shopRange },
      out: "none",
      context: { today: day("2024-02-02") },
    });
    const told = model.warnings.filter(({ kind }) => kind === "not-deterministic");
    assert.deepEqual(
      told.map(({ text }) => text),
      [`DAY on 2024-01-03: ${finding}`],
    );
    assert.deepEqual(
      model.attempts.map(({ error }) => error).filter((error) => error !== ""),
      [],
      "nothing has failed",
    );
  });

  it("are found by what an earlier attempt gave, also where its rows are gone", async () => {
    const runbook = restingOnTheChunk(await readShop());
    await using warehouse = await openShop();
    await runShop(warehouse, { runbook });
    await changeTables(warehouse, `delete from shop_analytics.shop_day where sale_date = date '${third}'`);
    const again = await runShop(warehouse, {
      runbook,
      selection: { range: { from: third, to: third }, processors: ["DAY"] },
    });
    assert.equal(findingsOf(again).length, 1);
  });

  it("are none where the inputs or the definition have changed, or the content is the same", async () => {
    const runbook = await readShop();
    const settled = await openSettledShop();
    await using warehouse = settled.warehouse;
    const forced = { selection: { force: true } };
    assert.deepEqual(findingsOf(await runShop(warehouse, { runbook, ...forced })), []);
    await changeTables(
      warehouse,
      "update shop_raw.sales set amount = amount + 1 where sale_id = 'north-2-0'",
    );
    assert.deepEqual(findingsOf(await runShop(warehouse, { runbook })), []);
    assert.deepEqual(findingsOf(await runShop(warehouse, { runbook: restingOnTheChunk(runbook) })), []);
  });
});

function findingsOf({
  cells,
}: Awaited<ReturnType<typeof runShop>>): readonly { readonly date: string; readonly finding: string }[] {
  return cells.flatMap(({ outcomes }) =>
    outcomes.flatMap((outcome) =>
      outcome.kind === "committed" && outcome.finding !== undefined
        ? [{ date: outcome.date, finding: outcome.finding }]
        : [],
    ),
  );
}
