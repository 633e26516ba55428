import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { commandSource } from "../../src/run/command-step.ts";
import { planJson } from "../../src/plan/approval/plan-json.ts";
import { cascade, copyShop } from "../cli/cascade.ts";
import { datesOf, openCommandScene, prelude, type CommandScene } from "./command-scene.ts";
import { openShop, outcomesOf, planShop, shopRange, wallEffects } from "./shop.ts";

const client = JSON.stringify(import.meta.resolve("@duckdb/node-api"));

/** `database(...statements)` runs them in the file of the warehouse, one after another; `days` is what DAY computes. */
const writing = `const { DuckDBInstance } = await import(${client});
async function database(...statements) {
  const instance = await DuckDBInstance.create(process.env.CASCADE_WAREHOUSE_FILE, { threads: "1" });
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}
const own = "sale_date in (" + dates.map((date) => "date '" + date + "'").join() + ")";
const clear = "delete from shop_analytics.shop_day where " + own;
const fill = "insert into shop_analytics.shop_day (shop, sale_date, total, sales) select shop, sale_date, sum(amount), count(*) from shop_raw.sales where " + own + " group by all";
`;

function openScene(program: string, ...more: readonly string[]): Promise<CommandScene> {
  const argv = [process.execPath, "program.mjs", ...more];
  return openCommandScene({ "program.mjs": `${writing}${program}` }, { argv, writes: "direct" });
}

function openFile({ folder }: CommandScene): ReturnType<typeof openShop> {
  return openShop(join(folder, "shop.duckdb"));
}

describe("a command that writes a DuckDB file itself", () => {
  it("has the file for itself, gets its dates as scripts take them, and is committed as it stands", async () => {
    const program = "note(process.argv.slice(2).join(' ')); await database(clear, fill);";
    const dates = ["--start-date", "{start_date}", "--end-date={end_date}", "--dates", "{dates}"];
    await using scene = await openScene(program, ...dates);
    await using warehouse = await openFile(scene);
    const result = await scene.run(warehouse, 2);
    assert.deepEqual(datesOf(result), {
      kinds: ["2024-01-01 committed", "2024-01-02 committed"],
      errors: [],
    });
    assert.deepEqual(await scene.notes(), [
      "--start-date 2024-01-01 --end-date=2024-01-02 --dates 2024-01-01,2024-01-02",
    ]);
    assert.deepEqual(planJson(result.plan).notAtomic, ["DAY"]);
    assert.equal((await scene.run(warehouse, 2)).plan.totals.units, 0);
  });

  it("is judged by what the table holds then, date by date", async () => {
    const wrong = `"update shop_analytics.shop_day set total = -1 where sale_date = '2024-01-02' and shop = 'north'"`;
    const lost = `"delete from shop_analytics.shop_day where sale_date = '2024-01-03' and shop = 'south'"`;
    await using scene = await openScene(`await database(clear, fill, ${wrong}, ${lost});`);
    await using warehouse = await openFile(scene);
    const { kinds, errors } = datesOf(await scene.run(warehouse, 3));
    assert.deepEqual(kinds, ["2024-01-01 committed", "2024-01-02 failed", "2024-01-03 failed"]);
    assert.match(errors.join("\n"), /total[^\n]*\n[^\n]*has no outcome/);
  });

  it("leaves dates unsettled when it breaks off half-way; the next run does them again", async () => {
    await using scene = await openScene(
      `await database(clear); console.error("no more disk"); process.exit(7);`,
    );
    await using warehouse = await openFile(scene);
    const broken = await scene.run(warehouse, 1);
    assert.deepEqual(datesOf(broken).errors, ["Cannot run the command of DAY: exit code 7: no more disk"]);
    await writeFile(join(scene.folder, "program.mjs"), `${prelude}${writing}await database(clear, fill);`);
    const mended = await scene.run(warehouse, 1);
    assert.deepEqual(outcomesOf(mended, "committed"), { DAY: ["2024-01-01"] });
  });

  it("says what to type by hand, with the dates that it was given", async () => {
    const dates = ["--from={start_date}", "{dates}"];
    await using scene = await openScene("process.exit(7);", ...dates);
    await using warehouse = await openFile(scene);
    const { runbook } = scene;
    const processor = runbook.processors.find(({ id }) => id === "DAY");
    assert.ok(processor?.step.kind === "command");
    const { step } = processor;
    await using source = await commandSource(warehouse, {
      runbook,
      processor,
      step,
      calendar: [],
      effects: wallEffects(),
    });
    await assert.rejects(source.query(["2024-01-01", "2024-01-02"] as CalendarDate[]), {
      code: "command-failed",
      hint: /^Run `\S+ program\.mjs '--from=2024-01-01' 2024-01-01,2024-01-02` by hand/,
    });
  });

  it("keeps cells beside it waiting, and tells of other dates that it changed", async () => {
    const program = `const raise = "update shop_analytics.shop_day set total = total + 1 where sale_date = '2024-01-01'";
await (dates.includes("2024-01-04") ? database(clear, fill, raise) : database(clear, fill));`;
    await using scene = await openScene(program);
    await using warehouse = await openFile(scene);
    const range = { from: shopRange.from, to: "2024-01-06" as CalendarDate };
    const selection = { range, processors: ["DAY", "TREND"], chunkDays: 3 };
    const result = await scene.run(warehouse, 6, {}, { selection, concurrency: 3 });
    assert.deepEqual(outcomesOf(result, "failed"), {});
    const found = result.cells.flatMap(({ outcomes }) =>
      outcomes.flatMap((outcome) => (outcome.kind === "committed" ? (outcome.finding ?? []) : [])),
    );
    assert.match(found[0] ?? "", /^its command changed rows of other dates too[^:]*: 2024-01-01$/);
    assert.equal(new Set(found).size, 1);
    assert.ok(outcomesOf(result, "blocked")["TREND"]?.includes("2024-01-04"));
    const next = await planShop(warehouse, scene.runbook);
    const again = next.cells.find(({ processor }) => processor === "DAY");
    assert.deepEqual(again?.reasons.get(shopRange.from), { kind: "content-differs" });
  });

  it("that makes the table anew with other columns commits nothing", async () => {
    const program = `await database("create or replace table shop_analytics.shop_day as select 'north' as shop, date '2024-01-01' as sale_date, '12' as total, 1 as sales");`;
    await using scene = await openScene(program);
    await using warehouse = await openFile(scene);
    const { kinds, errors } = datesOf(await scene.run(warehouse, 1));
    assert.deepEqual(kinds, ["2024-01-01 failed"]);
    assert.match(errors.join(), /Cannot read what the command of DAY wrote: [^]*total/);
  });

  it("is told as not atomic by plan and why, and as not audited", async () => {
    await using scene = await openScene("");
    const path = join(scene.folder, "shop.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    const shop = await copyShop(join(scene.folder, "shop"), {
      "runbook.yml": (text) =>
        text.replace("step: { sql: sql/day.sql }", "step: { command: [node, day.mjs], writes: direct }"),
    });
    const options = [
      "--warehouse",
      `duckdb:${path}`,
      "--start-date",
      "2024-01-01",
      "--end-date",
      "2024-01-02",
    ];
    assert.match(
      (await cascade(["plan", shop, ...options])).stdout,
      /^DAY: its command writes the table itself, so it is not atomic/m,
    );
    const why = await cascade(["why", shop, "DAY", "2024-01-01", ...options.slice(0, 2)]);
    assert.match(why.stdout, /^ {2}writes {4}its command writes the table itself/m);
    const audit = await cascade(["audit", shop, ...options]);
    assert.match(audit.stdout, /^DAY: not audited: its command writes the table itself/m);
  });

  it("is refused where no other process sees the tables", async () => {
    await using scene = await openScene("await database(clear, fill);");
    await using warehouse = await openShop();
    await assert.rejects(scene.run(warehouse, 1), { code: "warehouse-unusable" });
    assert.deepEqual(await scene.notes(), []);
  });
});
