import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { exitCodeOf } from "../../src/domain/verdict.ts";
import { problemsOf } from "../../src/cli/triage-command.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop, runShop } from "../run/shop.ts";
import { typeLine } from "./cascade.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";

const shop = "test/fixtures/shop";
const lost = "delete from shop_analytics.shop_trend where sale_date = date '2024-01-20'";

type Printed = {
  readonly decisions: readonly Readonly<Record<"processor" | "date" | "decision" | "command", string>>[];
};

describe("cascade triage and recover", () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-triage-"));
    await using warehouse = await openShop(join(folder, "good.duckdb"));
    await runShop(warehouse, { runbook: await readRunbook(shop) });
  });
  beforeEach(async () => {
    path = join(folder, "case.duckdb");
    await cp(join(folder, "good.duckdb"), path);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("prints decisions as JSON with exactly the declared keys", async () => {
    await change(lost);
    const { code, stdout: out } = await typeLine(`cascade triage ${shop} --json`, path);
    assert.equal(code, 1);
    const { decisions } = JSON.parse(out) as Printed;
    for (const decision of decisions) {
      assert.deepEqual(Object.keys(decision), ["processor", "date", "decision", "path", "command"]);
    }
    assert.ok(decisions.some(({ processor, date }) => processor === "TREND" && date === "2024-01-20"));
  });

  it("shows people each decision with its path and command, and what is accepted as a count", async () => {
    await change(lost);
    const { stdout: out } = await typeLine(`cascade triage ${shop} --processor TREND`, path);
    assert.match(out, /accepted by rule early: \d+ dates/);
    assert.match(out, /TREND 2024-01-20.*: .*investigate.*\n {4}.*is /);
    assert.match(out, /\n {2}\$ cascade /);
  });

  it("only accepts where nothing is wrong: exit 0", async () => {
    const week = "--start-date 2024-01-01 --end-date 2024-01-07 --processor TREND,SCORE";
    const { code, stdout: out } = await typeLine(`cascade triage ${shop} ${week} --json`, path);
    const { decisions } = JSON.parse(out) as Printed;
    assert.deepEqual([...new Set(decisions.map(({ decision }) => decision))], ["accept"]);
    assert.equal(code, 0);
  });

  it("ends with 3 where a check could not be made, whatever was decided", () => {
    assert.equal(exitCodeOf(problemsOf({ decisions: [], failed: ["DAY: no answer"] })), 3);
    assert.equal(exitCodeOf(problemsOf({ decisions: [], failed: [] })), 0);
  });

  it("recovers nothing that its tree does not let it, says so and ends with 1", async () => {
    await change(lost);
    const { code, stdout: out } = await typeLine(`cascade recover ${shop} --processor TREND --json`, path);
    assert.equal(code, 1);
    const { rounds, remaining } = JSON.parse(out) as { rounds: unknown[]; remaining: Printed["decisions"] };
    assert.deepEqual(rounds, []);
    assert.ok(remaining.every(({ decision }) => decision === "investigate"));
  });

  it("refuses a processor that does not exist with a usage error", async () => {
    const { code, stderr } = await typeLine(`cascade triage ${shop} --processor TRENT`, path);
    assert.equal(code, 2);
    assert.match(stderr, /^unknown-name /);
  });

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path });
    await warehouse.execute(
      splitStatements(sql).map(({ text }) => ({ sql: text, purpose: "change the warehouse" })),
    );
  }
});
