import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explainRunbook } from "../../../src/runbook/explain-runbook.ts";
import type { RunbookText } from "../../../src/runbook/parse-declaration.ts";
import { parseRunbook } from "../../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../../src/runbook/problem.ts";
import { edgeLabel } from "../../../src/plan/upstream/upstream.ts";

const columns = "columns: { day: date, shop: string, sales: int64 }";

function parsed(week: string, others?: Readonly<Record<string, string>>) {
  return parseRunbook(textOf(week, others));
}

function textOf(week: string, others: Readonly<Record<string, string>> = {}): RunbookText {
  const yaml = `name: small
calendar: { rule: { from: 2024-01-01, to: 2024-01-31 } }
sources:
  - { table: raw.sales, date: day, key: [sale], columns: { sale: string, day: date, shop: string } }
  - { table: raw.shops, date: none, key: [shop], columns: { shop: string } }
processors:
  - { id: SUMS, table: mart.sums, key: [day, shop], reads: auto, sql: sums.sql, ${columns} }
  - { id: WEEKS, table: mart.weeks, key: [day, shop], date: day, ${week}, ${columns} }
`;
  const files = {
    "runbook.yml": yaml,
    "sums.sql":
      "select day, shop, count(*) as sales from raw.sales join raw.shops using (shop) group by day, shop",
    "weeks.sql": `with past as (select * from mart.sums)
select day, past.shop, sales from past join raw.shops as shops on shops.shop = past.shop`,
    ...others,
  };
  return { folder: "small", name: "small", files: new Map(Object.entries(files)) };
}

function edgesOf(
  week: string,
  others?: Readonly<Record<string, string>>,
): Readonly<Record<string, readonly string[]>> {
  const found = parsed(week, others);
  assert.ok(found.kind === "ok", JSON.stringify(found));
  const edges = found.runbook.processors.map(({ id, reads }) => [
    id,
    reads.filter(({ origin }) => origin === "reads").map(edgeLabel),
  ]);
  return Object.fromEntries(edges) as Record<string, readonly string[]>;
}

function problemsOf(week: string): string {
  const found = parsed(week);
  return found.kind === "ok" ? "" : found.problems.map(formatProblem).join("\n");
}

describe("reads: auto", () => {
  it("is an edge to each source and processor that the SQL names, upstream first in the plan", () => {
    assert.deepEqual(edgesOf("reads: auto, sql: weeks.sql"), {
      SUMS: ["raw.sales same-date", "raw.shops whole"],
      WEEKS: ["mart.sums same-date", "raw.shops whole"],
    });
  });

  it("has the windows that the SQL says, in the words of both engines, and writes them out", () => {
    const between = (first: string) => `select today.day, today.shop, sum(past.sales) as sales
from mart.sums as today join mart.sums as past on past.shop = today.shop and past.day between ${first} and today.day
join raw.shops as shops on shops.shop = today.shop
where today.day between @start_date and @end_date group by today.day, today.shop`;
    for (const first of ["today.day - interval 6 day", "date_sub(today.day, interval 6 day)"]) {
      const files = { "weeks.sql": between(first) };
      const windows = ["mart.sums same-date", "mart.sums previous-days: 6", "raw.shops whole"];
      assert.deepEqual(edgesOf("reads: auto, sql: weeks.sql", files)["WEEKS"], windows);
      assert.deepEqual(edgesOf("every: month, reads: auto, sql: weeks.sql", files)["WEEKS"], [
        "mart.sums month",
        "raw.shops whole",
      ]);
      const explained = explainRunbook(textOf("reads: auto, sql: weeks.sql", files));
      assert.ok(explained.kind === "ok");
      assert.match(
        explained.yaml,
        /- from: SUMS\n +window: same-date\n +- from: SUMS\n +window:\n +previous-days: 6\n/,
      );
    }
  });

  it("leaves to the entries beside it what they name", () => {
    const edges = edgesOf(
      "reads: [auto, { from: SUMS, window: { previous-days: 6 } }], step: { sql: weeks.sql }",
    );
    assert.deepEqual(edges["WEEKS"], ["raw.shops whole", "mart.sums previous-days: 6"]);
  });

  it("reads the week or month where partitions are of different length", () => {
    assert.deepEqual(edgesOf("every: month, reads: auto, sql: weeks.sql")["WEEKS"], [
      "mart.sums month",
      "raw.shops whole",
    ]);
  });

  it("is the date itself only among partitions of one length", () => {
    assert.match(
      problemsOf("every: week, reads: [{ from: SUMS, window: same-date }, raw.shops], sql: weeks.sql"),
      /"WEEKS" has a partition a week and "SUMS" one a day: they share few dates \(write `window: week`/,
    );
  });

  it("is refused where nothing has SQL, where the SQL names what nobody declares, and in a circle", () => {
    assert.match(
      problemsOf("reads: auto, step: { command: [python3, weeks.py] }"),
      /runbook\.yml:8:\d+ .*`auto` reads what the SQL of the step names, and there is none/,
    );
    const strange = parsed("reads: auto, sql: weeks.sql", {
      "weeks.sql": "select day, shop, sales from mart.sum",
    });
    assert.ok(strange.kind === "invalid");
    assert.match(
      strange.problems.map(formatProblem).join("\n"),
      /"mart\.sum" is no table that "WEEKS" declares \(write "mart\.sums", or declare it as a source and under reads\)/,
    );
    const other = parsed("reads: auto, sql: weeks.sql", { "weeks.sql": "select day, shop from mart.SUMS" });
    assert.ok(other.kind === "invalid");
    assert.match(other.problems.map(formatProblem).join(), /"mart\.SUMS" is no table .*\(write "mart\.sums"/);
    const circle = parsed("reads: auto, sql: weeks.sql", {
      "sums.sql": "select day, shop, sales from mart.weeks",
    });
    assert.ok(circle.kind === "invalid");
    assert.match(circle.problems.map(formatProblem).join("\n"), /circle|each other|reads itself/i);
  });
});
