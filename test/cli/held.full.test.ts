import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop } from "../run/shop.ts";
import { cascade, copyShop, type Ending } from "./cascade.ts";

const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];
const dear = "2024-01-10";

type Partition = { readonly processor: string; readonly date: string; readonly state: string };

describe("a partition that a gate condemned", () => {
  let base = "";
  let folder = "";
  let shop = "";
  let path = "";

  before(async () => {
    base = await mkdtemp(join(tmpdir(), "cascade-held-"));
    useFolder(await copyShop(join(base, "condemned", "shop"), { "runbook.yml": withValuesGate }));
    await (await openShop(path))[Symbol.asyncDispose]();
    await change(`update shop_raw.sales set amount = 5000 where sale_date = date '${dear}'`);
    assert.match((await type("run")).stderr, /gate values blocked/);
  });
  beforeEach(async ({ name }) => {
    folder = join(base, name.replaceAll(/\W/g, "-"));
    await cp(join(base, "condemned"), folder, { recursive: true });
    useFolder(join(folder, "shop"));
  });
  after(() => rm(base, { recursive: true }));

  it("is held in status, plan and why, not settled", async () => {
    assert.deepEqual(await heldPartitions(), [`DAY ${dear}`]);
    const plan = JSON.parse((await type("plan", "--json")).stdout) as {
      readonly skipped: readonly object[];
      readonly totals: object;
    };
    assert.deepEqual(
      plan.skipped.find((units) => "reason" in units && units.reason === "held values"),
      { processor: "DAY", dates: [dear], reason: "held values" },
    );
    assert.equal("held" in plan.totals && plan.totals.held, 1);
    assert.match((await type("plan")).stdout, /1 held by a gate/);
    const why = await whyOf(dear);
    assert.match(why.stdout, /state +held: the newest look of the gate values objects/);
    assert.match(why.stdout, /next: \S.*contamination/);
    assert.match((await whyOf("2024-01-11")).stdout, /state +settled/);
  });

  it("is held on the heat map and in the report", async () => {
    const out = join(folder, "out");
    const reported = await type("report", "--out", out);
    assert.equal(reported.code, 1);
    const report = JSON.parse(await readFile(join(out, "report.json"), "utf8")) as {
      readonly dates: readonly string[];
      readonly partitions: readonly { readonly processor: string; readonly statuses: string }[];
      readonly tally: { readonly statuses: Readonly<Record<string, number>> };
    };
    const series = report.partitions.find(({ processor }) => processor === "DAY");
    assert.equal(series?.statuses[report.dates.indexOf(dear)], "h");
    assert.equal(report.tally.statuses["held"], 1);
    const page = await readFile(join(out, "report.html"), "utf8");
    assert.match(page, /class="s-held"/);
    assert.match(page, /held \(h\)/);
  });

  it("stays held when a gate has looked at other dates only", async () => {
    await change("update shop_raw.sales set amount = 6 where sale_date = date '2024-01-20'");
    const others = ["--dates", "2024-01-05,2024-01-20"];
    await cascade(["run", shop, "--warehouse", `duckdb:${path}`, ...others]);
    assert.deepEqual(await heldPartitions(), [`DAY ${dear}`]);
  });

  it("is let go by the next look, though nothing is to be built", async () => {
    const file = join(shop, "runbook.yml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("valid: total < 4000", "valid: total < 90000"));
    assert.deepEqual(await heldPartitions(), [`DAY ${dear}`]);
    const ran = await type("run");
    assert.match(ran.stderr, /gate values passed/);
    assert.deepEqual(await heldPartitions(), []);
  });

  function useFolder(runbook: string): void {
    shop = runbook;
    path = join(runbook, "..", "shop.duckdb");
  }

  async function heldPartitions(): Promise<readonly string[]> {
    const { stdout } = await type("status", "--json");
    const { partitions } = JSON.parse(stdout) as { readonly partitions: readonly Partition[] };
    return partitions
      .filter(({ state }) => state === "held")
      .map(({ processor, date }) => `${processor} ${date}`);
  }

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path });
    await warehouse.execute([{ sql, purpose: "change what a test says" }]);
  }

  function whyOf(date: string): Promise<Ending> {
    return cascade(["why", shop, "DAY", date, "--warehouse", `duckdb:${path}`]);
  }

  function type(command: string, ...extra: readonly string[]): Promise<Ending> {
    return cascade([command, shop, "--warehouse", `duckdb:${path}`, ...january, ...extra]);
  }
});

/** A blocking gate on the values of DAY, of which none may be dear. */
function withValuesGate(text: string): string {
  const gate =
    "  - { id: values, kind: contamination, after: [DAY], processors: [DAY], blocking: true, strict: false }\n";
  return text
    .replace("\ngates:\n", `\ngates:\n${gate}`)
    .replace(
      "NO_TREND] },\n      decision: accept",
      "NO_TREND], contamination: [clean] },\n      decision: accept",
    )
    .replace(
      "      sales: { type: int64, min: 1 }\n",
      "      sales: { type: int64, min: 1, constant: three sales a shop and day }\n    critical:\n      - { field: total, valid: total < 4000 }\n",
    );
}
