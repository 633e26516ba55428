import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseCalendarDate } from "../../src/domain/calendar-date.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop } from "../run/shop.ts";
import { openRunLog } from "../../src/cli/run-log.ts";
import { cascade, copyShop, type Ending } from "./cascade.ts";

const day = parseCalendarDate("2024-01-01") ?? assert.fail();
const january = ["--start-date", "2024-01-01", "--end-date", "2024-01-31"];

const plan = {
  runbook: "shop",
  range: { from: day, to: day },
  digest: "",
  cells: [],
  waves: [],
  skipped: [],
  totals: { units: 1, cells: 1, upToDate: 0, blocked: 0, processors: 1 },
};

describe("the log of a run", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-log-"));
    await copyShop(join(folder, "shop"));
    await (await openShop(join(folder, "shop.duckdb")))[Symbol.asyncDispose]();
  });
  after(() => rm(folder, { recursive: true }));

  function run(): Promise<Ending> {
    const options = ["--warehouse", `duckdb:${join(folder, "shop.duckdb")}`];
    return cascade(["run", join(folder, "shop"), ...january, ...options]);
  }

  /** The lines of the log that the run named, without their instants. */
  async function logOf({ stderr }: Ending): Promise<readonly string[]> {
    const [, path = ""] = /; its log: (\.cascade\/logs\/\S+\.log)$/m.exec(stderr) ?? assert.fail(stderr);
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    await rm(path);
    return lines.map((line) => {
      assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARN|ERROR) /);
      return line.slice(line.indexOf(" ") + 1);
    });
  }

  it("has a line for everything, and ERROR and FAILED where something is", async () => {
    await change("update shop_raw.sales set amount = -1 where sale_date = date '2024-01-10'");
    await breakStep();
    const bad = await logOf(await run());
    const counted = bad.filter((line) => /ERROR|FAILED/.test(line));
    assert.match(counted[0] ?? "", /^ERROR DAY 2024-01-01 FAILED: .*nowhere/);
    assert.match(counted.at(-1) ?? "", /^ERROR Failed: shop 2024-01-01 to 2024-01-31/);
    assert.match(bad[0] ?? "", /^INFO run \S+ of shop started: 87 dates to do/);
    assert.ok(
      bad.some((line) => /^WARN TREND 2024-01-\d\d blocked by DAY 2024-01-/.test(line)),
      bad.join("\n"),
    );
  });

  it("has neither where nothing is wrong, and is not kept where nothing is to do", async () => {
    await change("update shop_raw.sales set amount = 1 where sale_date = date '2024-01-10'");
    await copyShop(join(folder, "shop"));
    const good = await logOf(await run());
    assert.deepEqual(
      good.filter((line) => /ERROR|FAILED/.test(line)),
      [],
    );
    assert.match(good.at(-1) ?? "", /^WARN Passed with warnings/);
    assert.doesNotMatch((await run()).stderr, /its log/);
  });

  it("says that a run was broken off, and nothing of the kind of one that has ended", async () => {
    for (const isWhole of [false, true]) {
      const effects = { now: () => new Date(0), environment: {} };
      const log = openRunLog(effects, { folder, note: assert.fail });
      log.tell({ kind: "run-started", runId: "run", plan });
      if (isWhole) log.tell({ kind: "run-ended", runId: "run", results: [], elapsedMs: 1000 });
      log[Symbol.dispose]();
      const path = log.path() ?? assert.fail();
      const last = (await readFile(path, "utf8")).trimEnd().split("\n").at(-1);
      await rm(path);
      assert.match(last ?? "", isWhole ? / INFO run run ended after/ : / ERROR the run was broken off/);
    }
  });

  it("is not kept where it cannot be written, which is told once and ends nothing", async () => {
    const [inTheWay, lost]: [string, string[]] = [join(folder, "file"), []];
    await writeFile(inTheWay, "a file in the way");
    using log = openRunLog(
      { now: () => new Date(0), environment: {} },
      { folder: join(inTheWay, "logs"), note: (text) => lost.push(text) },
    );
    log.tell({ kind: "run-started", runId: "run", plan });
    log.end("ok", "Passed");
    assert.equal(log.path(), undefined);
    assert.match(lost.join("\n"), /^No log is kept of this run: ENOTDIR[^\n]*$/);
  });

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path: join(folder, "shop.duckdb") });
    await warehouse.execute([{ sql, purpose: "change the sales" }]);
  }

  async function breakStep(): Promise<void> {
    const path = join(folder, "shop", "sql", "day.sql");
    await writeFile(path, (await readFile(path, "utf8")).replace(/^select/m, "select nowhere,"));
  }
});
