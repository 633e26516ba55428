import assert from "node:assert/strict";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openShop } from "../run/shop.ts";
import { cascade, copyShop, startCascade } from "./cascade.ts";
import { endless } from "./endless.ts";

describe("cascade run, interrupted", () => {
  it("ends with 130, and the next run goes on from what was committed", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-signal-"));
    const shop = await copyShop(join(folder.path, "shop"), { "sql/score.sql": endless });
    const path = join(folder.path, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    const warehouse = ["--warehouse", `duckdb:${path}`];
    using run = startCascade(["run", shop, ...warehouse]);
    await run.said("TREND");
    run.kill("SIGINT");
    const ending = await run.ended;
    assert.equal(ending.code, 130, ending.stderr);
    assert.match(ending.stderr, /^interrupted Stopped .*\n {2}Type the command again/m);
    const plan = await cascade(["plan", shop, ...warehouse, "--json"]);
    const { totals } = JSON.parse(plan.stdout);
    assert.deepEqual([totals.units, totals.upToDate], [29, 58]);
  });
});
