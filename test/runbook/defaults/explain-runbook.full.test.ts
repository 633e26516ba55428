import { runbookNames } from "../repository-runbooks.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRunbookText } from "../../../src/run/read-runbook.ts";
import { explainRunbook } from "../../../src/runbook/explain-runbook.ts";
import { lintRunbook } from "../../../src/runbook/lint-runbook.ts";
import { parseRunbook } from "../../../src/runbook/parse-runbook.ts";
import type { RunbookText } from "../../../src/runbook/parse-declaration.ts";

const short = `name: small
calendar: { rule: { from: 2024-01-01, to: 2024-01-31 } }
populations: { SHOPS: { title: Shops of the day, sql: shops.sql, reads: [raw.sales] } }
sources:
  - { table: raw.sales, date: day, columns: { sale: string, day: date, shop: string } }
processors:
  - { id: WEEK_SUMS, table: mart.weeks, key: [day, shop], population: SHOPS, sql: weeks.sql,
      reads: [{ from: SUMS, window: { previous-days: 6 } }, SUMS], columns: { day: date, shop: string, sales: int64 } }
  - { id: SUMS, table: mart.sums, key: [day, shop], population: SHOPS, reads: [raw.sales], sql: sums.sql,
      columns: { day: date, shop: string, sales: int64 } }
`;
const files: ReadonlyMap<string, string> = new Map([
  ["runbook.yml", short],
  ["shops.sql", "select distinct day as analysis_date, shop as entity_id from raw.sales"],
  [
    "sums.sql",
    `select day, shop, count(*) as sales, cast(null as string) as failure_category, cast(null as string) as failure_reason
from raw.sales where day between @start_date and @end_date group by day, shop`,
  ],
  [
    "weeks.sql",
    `select here.day, here.shop, cast(sum(past.sales) as int64) as sales,
  cast(null as string) as failure_category, cast(null as string) as failure_reason
from mart.sums as here join mart.sums as past on past.shop = here.shop and past.day between date_sub(here.day, interval 6 day) and here.day
where here.day between @start_date and @end_date group by here.day, here.shop`,
  ],
]);
const small: RunbookText = { folder: "small", name: "small", files };

/** What a text means, without the places in it. */
function meaningOf(text: RunbookText): unknown {
  const parsed = parseRunbook(text);
  assert.ok(parsed.kind === "ok", JSON.stringify(parsed));
  return JSON.parse(
    JSON.stringify(parsed.runbook, (key, value: unknown) => {
      if (key === "place" || key === "places") return undefined;
      if (typeof value === "bigint") return String(value);
      return value instanceof Map ? [...value] : value;
    }),
  );
}

function explained(text: RunbookText): RunbookText {
  const told = explainRunbook(text);
  assert.ok(told.kind === "ok", JSON.stringify(told));
  return { ...text, files: new Map([...text.files, ["runbook.yml", told.yaml]]) };
}

describe("explainRunbook()", () => {
  for (const name of [...runbookNames, "test/fixtures/shop", "test/fixtures/relay"]) {
    it(`writes ${name} as one file that means the same`, async () => {
      const text = await readRunbookText(name);
      assert.deepEqual(meaningOf(explained(text)), meaningOf(text));
    });
  }

  it("writes out what a short runbook leaves out, and nothing changes by it", () => {
    const full = explained(small);
    assert.deepEqual(meaningOf(full), meaningOf(small));
    assert.equal(full.files.get("runbook.yml"), explained(full).files.get("runbook.yml"));
  });

  it("has the usual title, zone, ledger, phases by depth, gates and decisions", () => {
    const parsed = parseRunbook(small);
    assert.ok(parsed.kind === "ok", JSON.stringify(parsed));
    const { title, timeZone, ledger, sources, processors, gates, recovery } = parsed.runbook;
    assert.deepEqual([title, timeZone, ledger], ["Small", "UTC", "small_ledger"]);
    assert.deepEqual(
      sources.map(({ key }) => key),
      [[]],
      "no key tells rows of the source apart",
    );
    assert.deepEqual(
      processors.map(({ id, phase, dateColumn }) => [id, phase, dateColumn]),
      [
        ["SUMS", 2, "day"],
        ["WEEK_SUMS", 3, "day"],
      ],
    );
    assert.deepEqual(
      gates.map(({ id }) => id),
      [
        "sources-gaps",
        "sources-contract",
        "sums-contract",
        "sums-gaps",
        "final-contamination",
        "final-coverage",
      ],
    );
    assert.equal(recovery.at(-1)?.decision, "investigate");
  });

  it("is nothing that the linter objects to", () => {
    const linted = lintRunbook(small);
    assert.ok(linted.kind === "linted");
    assert.deepEqual(linted.findings, []);
  });

  it("tells what is wrong in place of writing it", () => {
    const text = short.replace("previous-days: 6", "previous-days: -6");
    const told = explainRunbook({ ...small, files: new Map([...files, ["runbook.yml", text]]) });
    assert.equal(told.kind, "invalid");
  });
});
