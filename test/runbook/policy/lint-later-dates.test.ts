import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lintRunbook } from "../../../src/runbook/lint-runbook.ts";
import { formatFinding } from "../../../src/runbook/problem.ts";

const header = `name: shop
sources: [{ table: raw.sales, date: day, key: [id], columns: { id: string, day: date } }]
populations:
  SHOPS: { title: Shops, sql: shops.sql, key: [id], reads: [raw.sales] }
processors:
`;

/** The files of a runbook with these processors, all of one statement. */
function runbookOf(processors: readonly string[]): ReadonlyMap<string, string> {
  const entries = processors.map(
    (one, index) =>
      `  - { id: P${index}, table: book.p${index}, date: day, key: [day, id], sql: p${index}.sql, columns: { day: date, id: string }, ${one} }\n`,
  );
  const statements = processors.map((one, index): [string, string] => {
    const read = /from: (\w+(?:\.\w+)?)|reads: \[(\w+(?:\.\w+)?)\]/.exec(one);
    const from = (read?.[1] ?? read?.[2] ?? "").replace(/^P/, "book.p");
    return [
      `p${index}.sql`,
      `select day, id, cast(null as string) as failure_category, cast(null as string) as failure_reason from ${from} where day between @start_date and @end_date`,
    ];
  });
  return new Map([
    ["runbook.yml", header + entries.join("")],
    [
      "shops.sql",
      "select day as analysis_date, id from raw.sales where day between @start_date and @end_date",
    ],
    ...statements,
  ]);
}

function found(processors: readonly string[]): readonly string[] {
  const linted = lintRunbook({ folder: "shop", name: "shop", files: runbookOf(processors) });
  assert.equal(linted.kind, "linted", JSON.stringify(linted));
  return linted.findings.flatMap((finding) =>
    finding.rule === "reads-later-dates" ? [formatFinding(finding)] : [],
  );
}

const monthly = "every: month, reads: [raw.sales]";
const cases: readonly [what: string, processors: readonly string[], asked: number][] = [
  ["a day that reads its month of a source", ["reads: [{ from: raw.sales, window: month }]"], 1],
  ["a week that reads the month", ["every: week, reads: [{ from: raw.sales, window: month }]"], 1],
  ["a day that reads a table of its month", [monthly, "reads: [P0]"], 1],
  ["a day that reads a table made of such", [monthly, "every: month, reads: [P0]", "reads: [P1]"], 1],
  [
    "a month whose members alone are those of its days",
    [
      monthly,
      "every: month, population: SHOPS, reads: [{ from: P0, window: season-to-date }]",
      "reads: [P1]",
    ],
    1,
  ],
  ["a month that reads its days", [monthly], 0],
  ["a month that reads a week", ["every: week, reads: [raw.sales]", "every: month, reads: [P0]"], 0],
  ["a day that reads the months before", [monthly, "reads: [{ from: P0, window: season-to-date }]"], 0],
  [
    "a day that reads a month made of earlier ones",
    [monthly, "every: month, reads: [{ from: P0, window: season-to-date }]", "reads: [P1]"],
    0,
  ],
];

describe("lintLaterDates()", () => {
  for (const [what, processors, asked] of cases) {
    it(`${asked === 0 ? "leaves alone" : "asks about"} ${what}`, () => {
      assert.equal(found(processors).length, asked);
    });
  }

  it("tells place, step, table and what follows", () => {
    assert.deepEqual(found([monthly, "reads: [P0]"]), [
      'runbook.yml:7:115 reads-later-dates "P1" reads the whole month of "P0", also days after its own: a day is built from what was not known on it, and again when more days come (read earlier dates only, as `previous-days` and `season-to-date` do, or take it as it is)',
    ]);
  });
});
