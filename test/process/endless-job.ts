// A job as the runner starts it, whose statement never ends; the mode in which it opens its warehouse is its argument.
import * as core from "@actions/core";
import { startAction } from "../../src/process/start-action.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";

const [, , mode] = process.argv;
await startAction(core, async ({ openWarehouse }) => {
  const runbook = await readRunbook("test/fixtures/shop");
  await using warehouse = await openWarehouse("duckdb::memory:", {
    runbook,
    mode: mode === "read" ? "read" : "write",
  });
  await warehouse.query({
    sql: "with recursive n as (select 1 as i union all select i + 1 from n) select max(i) as i from n",
    purpose: "wait",
  });
  return true;
});
