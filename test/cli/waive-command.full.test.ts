import assert from "node:assert/strict";
import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { addWaiver, waiverId, type NewWaiver } from "../../src/operations/typed/waive-command.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { openShop, readShop, runShop } from "../run/shop.ts";
import { typeLine, type Ending } from "./cascade.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";

const reason = ["--reason", "the till of that day was lost", "--approver", "jane", "--expires", "2099-12-31"];

describe("cascade waive", () => {
  let good: string;
  let folder: string;
  let book: string;
  let path: string;
  before(async () => {
    good = await mkdtemp(join(tmpdir(), "cascade-waive-"));
    await using warehouse = await openShop(join(good, "shop.duckdb"));
    await runShop(warehouse, { runbook: await readShop() });
  });
  after(() => rm(good, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-waive-"));
    book = join(folder, "shop");
    path = join(folder, "shop.duckdb");
    await cp("test/fixtures/shop", book, { recursive: true });
    await copyFile(join(good, "shop.duckdb"), path);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("writes a gap waiver with the digest under which it holds, and the gap counts as waived", async () => {
    await change("delete from shop_analytics.shop_day where shop = 'east' and sale_date = date '2024-01-20'");
    assert.equal((await coverage()).code, 1);
    const typed = await waive("--processor DAY --dates 2024-01-20 --entity east", reason);
    assert.equal(typed.code, 0);
    assert.match(typed.stdout, /DAY 2024-01-20 until 2099-12-31 as "day-2024-01-20"/);
    const { waivers } = await readRunbook(book);
    const [waiver] = waivers;
    assert.equal(waiver?.kind, "gap");
    assert.deepEqual([waiver.dates, waiver.entities, waiver.approver], [["2024-01-20"], ["east"], "jane"]);
    assert.match(waiver.digest, /^[0-9a-f]{32}$/);
    assert.match(waiver.warehouse, /^duckdb\//);
    const { stdout: out } = await coverage();
    assert.match(out, /"waived": 1/);
  });

  it("lets it lapse when the upstream of its dates changes", async () => {
    await change("delete from shop_analytics.shop_day where shop = 'east' and sale_date = date '2024-01-20'");
    await waive("--processor DAY --dates 2024-01-20", reason);
    await change("update shop_raw.sales set amount = amount + 1 where sale_date = date '2024-01-20'");
    assert.doesNotMatch((await coverage()).stdout, /"waived": 1/);
  });

  it("keeps a plan from repeating an attempt that failed and was accepted, until its upstream changes", async () => {
    const day = "--dates 2024-01-20 --processor DAY";
    await change(
      "update shop_raw.sales set amount = -1 where shop = 'east' and sale_date = date '2024-01-20'",
    );
    assert.equal((await typeLine(`cascade run ${book} ${day}`, path)).code, 1);
    assert.match(await planned(day), /"failed"/);
    await waive(day, reason);
    assert.match(await planned(day), /"waived"/);
    assert.doesNotMatch(await planned(day), /"failed"/);
    await change(
      "update shop_raw.sales set amount = 3 where shop = 'east' and sale_date = date '2024-01-20'",
    );
    assert.match(await planned(day), /"failed"|"upstream-changed"/);
  });

  it("writes a budget waiver for a rate above the maximum", async () => {
    const typed = await waive("--processor TREND --period late --max-rate 0.5 --json", reason);
    const { waiver } = JSON.parse(typed.stdout) as { waiver: NewWaiver };
    assert.deepEqual([waiver.kind, waiver.period, waiver.maximumRate], ["budget", "late", 0.5]);
    const [written] = (await readRunbook(book)).waivers;
    assert.deepEqual([written?.id, written?.maximumRate], ["trend-late", 0.5]);
  });

  it("writes a waiver of a finding that a gate has, which is red no more, and names what it finds where it has not", async () => {
    const contract = `cascade contract ${book} --dates 2024-01-20`;
    await change("update shop_raw.sales set amount = -1 where sale_date = date '2024-01-20'");
    assert.equal((await typeLine(contract, path)).code, 1);
    const on = "--source shop_raw.sales --dates 2024-01-20";
    const guessed = await waive(`${on} --finding amounts`, reason);
    assert.equal(guessed.code, 2);
    assert.match(guessed.stderr, /They find .*"amount is below 0"/);
    const typed = await typeLine(`cascade waive ${book} ${on}`, path, [
      "--finding",
      "amount is below 0",
      ...reason,
    ]);
    assert.match(typed.stdout, /Waived shop_raw.sales "amount is below 0" on 2024-01-20 until 2099-12-31/);
    const [waiver] = (await readRunbook(book)).waivers;
    assert.partialDeepStrictEqual(waiver, {
      kind: "finding",
      source: "shop_raw.sales",
      processor: undefined,
    });
    const accepted = await typeLine(contract, path);
    assert.equal(accepted.code, 0);
    assert.match(accepted.stdout, /accepted/);
    assert.equal(
      (await typeLine(`cascade lint ${book}`, path)).stdout.includes("waiver-names-nothing"),
      false,
    );
  });

  it("keeps comments and the other entries, and gives a second waiver another id", async () => {
    await waive("--processor TREND --period late --max-rate 0.5", reason);
    const file = join(book, "waivers.yml");
    await writeFile(file, `# Reviewed every month.\n${await readFile(file, "utf8")}`);
    await waive("--processor TREND --period late --max-rate 0.6", reason);
    const text = await readFile(file, "utf8");
    assert.match(text, /^# Reviewed every month\.\n/);
    assert.deepEqual(
      (await readRunbook(book)).waivers.map(({ id, maximumRate }) => [id, maximumRate]),
      [
        ["trend-late", 0.5],
        ["trend-late-2", 0.6],
      ],
    );
  });

  const refused: readonly (readonly [string, string, readonly string[], string])[] = [
    ["a processor that is none", "--processor DAZ --dates 2024-01-20", reason, "waiver-invalid"],
    ["a period that is none", "--processor DAY --period later --max-rate 0.5", reason, "waiver-invalid"],
    ["a rate below the maximum", "--processor DAY --period late --max-rate 0.2", reason, "waiver-invalid"],
    ["a rate above 1", "--processor DAY --period late --max-rate 17.9", reason, "waiver-invalid"],
    ["no rate", "--processor DAY --period late", reason, "waiver-invalid"],
    ["a day off the calendar", "--processor DAY --dates 2024-01-13", reason, "waiver-invalid"],
    [
      "an expiry in the past",
      "--processor DAY --dates 2024-01-20",
      ["--reason", "x", "--approver", "jane", "--expires", "2020-01-01"],
      "waiver-invalid",
    ],
    ["no reason", "--processor DAY --dates 2024-01-20", ["--expires", "2099-12-31"], "usage"],
    ["neither period nor dates", "--processor DAY", reason, "usage"],
    ["several processors", "--processor DAY,TREND --dates 2024-01-20", reason, "usage"],
  ];
  for (const [what, flags, extra, code] of refused) {
    it(`refuses ${what} and writes nothing`, async () => {
      const refusal = await waive(flags, extra);
      assert.deepEqual([refusal.code, refusal.stderr.split(" ")[0]], [2, code]);
      assert.deepEqual((await readRunbook(book)).waivers, []);
    });
  }

  function waive(flags: string, extra: readonly string[]): Promise<Ending> {
    return typeLine(`cascade waive ${book} ${flags}`, path, extra);
  }

  it("gives an example that it would take", async () => {
    const { stderr } = await waive("--processor DAY --period late --max-rate 0.2", reason);
    const [, maximum, example] = /above ([\d.]+) [^]* for example ([\d.]+)/.exec(stderr) ?? [];
    assert.ok(Number(example) > Number(maximum), stderr);
  });

  async function planned(selection: string): Promise<string> {
    return (await typeLine(`cascade plan ${book} ${selection} --json`, path)).stdout;
  }

  function coverage(): Promise<Ending> {
    return typeLine(`cascade coverage ${book} --dates 2024-01-20 --processor DAY --json`, path);
  }

  async function change(sql: string): Promise<void> {
    await using warehouse = await openDuckDb({ path });
    await warehouse.execute(
      splitStatements(sql).map(({ text }) => ({ sql: text, purpose: "change the warehouse" })),
    );
  }
});

describe("addWaiver()", () => {
  const waiver: NewWaiver = {
    id: "day-1",
    kind: "gap",
    processor: "DAY",
    period: undefined,
    dates: ["2024-01-20" as CalendarDate],
    entities: [],
    maximumRate: undefined,
    reason: 'it said: "closed", #7',
    approver: "jane",
    expires: "2099-12-31" as CalendarDate,
    digest: "0123",
    warehouse: "duckdb/json-md5-1",
  };

  it("makes the file when there is none", () => {
    const text = addWaiver(undefined, waiver);
    assert.match(text, /^waivers:\n {2}- id: day-1\n {4}kind: gap\n/);
    assert.match(text, /reason: 'it said: "closed", #7'/);
  });

  it("numbers an id that is taken", () => {
    assert.equal(waiverId(waiver, []), "day-2024-01-20");
    assert.equal(waiverId(waiver, ["day-2024-01-20", "day-2024-01-20-2"]), "day-2024-01-20-3");
  });
});
