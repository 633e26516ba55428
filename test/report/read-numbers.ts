import assert from "node:assert/strict";
import type { Nodes, Root, Table } from "mdast";
import { formatCount } from "../../src/domain/format.ts";
import type { Accounts } from "../../src/domain/accounts.ts";
import type { PartitionSeries, ReportModel } from "../../src/report/model.ts";

const fields = ["expected", "present", "explained", "waived", "untracked"] as const;

/** Compares the numbers of every table that the Markdown has, as a parser reads it, with those of the model. */
export function checkNumbers(model: ReportModel, tree: Root): void {
  for (const { title, rows } of tablesOf(tree)) {
    if (/^(?:Every period and processor|Periods that)/.test(title)) checkResults(model, rows);
    if (title.startsWith("Accounting by processor")) checkAccounting(model, rows);
    if (/^(?:Every partition|Failing dates)/.test(title)) checkPartitions(model, title, rows);
    if (title.startsWith("Attempts")) checkAttempts(model, rows);
    if (title.startsWith("Failure categories")) checkCategories(model, rows);
    if (title.startsWith("Failure rate by day")) checkRates(rows);
  }
}

type Rows = readonly (readonly string[])[];

/** The folded tables, each by the title of its fold, without heads. */
function tablesOf({ children }: Root): readonly { readonly title: string; readonly rows: Rows }[] {
  let title = "";
  return children.flatMap((node) => {
    if (node.type === "html") title = /<summary>(.*)<\/summary>/.exec(node.value)?.[1] ?? "";
    return node.type === "table" ? [{ title, rows: rowsOf(node) }] : [];
  });
}

function rowsOf({ children }: Table): Rows {
  return children.slice(1).map((row) => row.children.map(textOf));
}

/** Everything that a reader sees of a node. */
export function textOf(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

function checkResults(model: ReportModel, rows: Rows): void {
  const known = model.results.map(({ verdict, tainted, present, expected, rate, maximum, expectedRows }) => {
    const word = tainted === undefined ? verdict : `${verdict}, ${formatCount(tainted)} tainted`;
    return [word, present, expected, rate, maximum, expectedRows] as const;
  });
  for (const [, verdict = "", , counts = "", rate = "", , maximum = ""] of rows) {
    const [measured = "", declared] = counts.replace(/\)$/, "").split(" (declared ");
    const [present = 0, expected = 0] = measured.split(" / ").map(numberOf);
    const found = known.some(
      (own) =>
        own[0] === verdict &&
        own[1] === present &&
        own[2] === expected &&
        isRate(rate, own[3]) &&
        isRate(maximum, own[4]) &&
        (declared === undefined ? undefined : numberOf(declared)) === own[5],
    );
    assert.ok(found, `${verdict} ${counts} ${rate} ${maximum}`);
  }
}

/** Whether a text is the rate, rounded to as many decimals as it has. */
function isRate(text: string, rate: number | undefined): boolean {
  if (rate === undefined) return text === "none";
  const decimals = text.split(".")[1]?.replace(" %", "").length ?? 0;
  return text === `${(rate * 100).toFixed(decimals)} %`;
}

function checkAccounting(model: ReportModel, rows: Rows): void {
  const sums = model.partitions.map((series) =>
    fields.map((field) => series[field].reduce((sum, count) => sum + count, 0)),
  );
  assert.deepEqual(
    rows.map((row) => row.slice(3).map(numberOf)),
    sums.slice(0, rows.length),
  );
}

function checkPartitions(model: ReportModel, title: string, rows: Rows): void {
  const indexes = new Map(model.dates.map((date, index) => [date, index]));
  const known = new Set(
    model.partitions.flatMap((series) =>
      model.dates.map((date) => `${date} ${countsAt(series, indexes.get(date) ?? -1).join(" ")}`),
    ),
  );
  const isWhole = title.startsWith("Every partition");
  assert.equal(rows.length, isWhole ? model.tally.partitions : numberOf(/\((.*)\)/.exec(title)?.[1] ?? ""));
  for (const [, , date, ...counts] of rows) {
    assert.ok(
      known.has(`${date} ${counts.slice(0, 5).map(numberOf).join(" ")}`),
      `${date} ${counts.join(" ")}`,
    );
  }
}

function countsAt(series: PartitionSeries, index: number): readonly number[] {
  return fields.map((field: Exclude<keyof Accounts, "uncounted">) => series[field][index] ?? -1);
}

function checkAttempts(model: ReportModel, rows: Rows): void {
  assert.deepEqual(
    rows.map((row) => row.slice(5, 7).map(numberOf)),
    model.attempts.slice(-rows.length).map(({ rows: written, failures }) => [written, failures]),
  );
}

function checkCategories(model: ReportModel, rows: Rows): void {
  const counts = model.categories.map(({ id }) =>
    model.results.reduce((sum, { categories }) => sum + (categories[id] ?? 0), 0),
  );
  assert.deepEqual(
    rows.map(([, count = ""]) => numberOf(count)),
    counts,
  );
}

function checkRates(rows: Rows): void {
  for (const [, share = "", rate = ""] of rows) {
    const [explained = 0, expected = 0] = share.split(" / ").map(Number);
    assert.ok(isRate(rate, explained / expected), `${share} ${rate}`);
  }
}

function numberOf(text: string): number {
  assert.match(text, /^\d{1,3}(?:,\d{3})*$/);
  return Number(text.replaceAll(",", ""));
}
