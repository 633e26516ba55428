import assert from "node:assert/strict";
import { rewrittenValue } from "../../src/sql/rewritten-value.ts";
import { googlesql, createOutput } from "../../src/sql/googlesql.ts";
import { join } from "node:path";
import { addDays, type CalendarDate } from "../../src/domain/calendar-date.ts";
import { missingEntities } from "../../src/gates/coverage/missing-entities.ts";
import { openGateScope } from "../../src/gates/gate-scope.ts";
import { readContamination } from "../../src/gates/contamination/read-contamination.ts";
import { readContract } from "../../src/gates/contract/read-contract.ts";
import { readCoverage } from "../../src/gates/coverage/read-coverage.ts";
import { readGaps } from "../../src/gates/gaps/read-gaps.ts";
import { recordGateResult, runGates } from "../../src/gates/run-gates.ts";
import { compactVersions } from "../../src/ledger/compact-versions.ts";
import { readDurations } from "../../src/ledger/read-durations.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { readRunList } from "../../src/ledger/read-runs.ts";
import { readLeases } from "../../src/ledger/read-leases.ts";
import { releaseLeasesOf, renewLeasesOf, takeLeasesOf } from "../../src/ledger/leases.ts";
import { createSources, createTables } from "../../src/ledger/create-tables.ts";
import { initialise } from "../../src/ledger/initialise.ts";
import { readGates } from "../../src/ledger/record-gates.ts";
import { createAuditMemory } from "../../src/run/audit/audit-memory.ts";
import { createVersionMemory } from "../../src/ledger/version-memory.ts";
import { createFingerprints } from "../../src/plan/versions/window-fingerprint.ts";
import { createSettledWindows } from "../../src/plan/versions/settled-windows.ts";
import { collectReport } from "../../src/operations/collect-report.ts";
import { blockRows, emptyAttempt } from "../../src/run/block-rows.ts";
import type { Knowledge } from "../../src/run/classify-dates.ts";
import { commitDates } from "../../src/run/commit-dates.ts";
import { stageDates, stepParameters } from "../../src/run/stage-dates.ts";
import type { RunEffects } from "../../src/run/run-event.ts";
import { addColumn } from "../../src/sql/create-table.ts";
import { replaceSource } from "../../src/sql/replace-partitions.ts";
import { cutInputs, inputsOfProcessor } from "../../src/plan/upstream/input-cut.ts";
import { stageDifference } from "../../src/sql/audit-stage.ts";
import { fillNothing, stepQueries, writtenRows } from "../../src/sql/stage.ts";
import { stageTable } from "../../src/sql/stage-table.ts";
import { explainPartition } from "../../src/operations/explain-partition.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import { testEffects } from "../run/shop.ts";
import { openCallCounter } from "./call-counter.ts";
import { openAnalyser, type Analyser } from "./analyser.ts";
import { openAnalysingWarehouse } from "./analysing-warehouse.ts";
import { startZetaSql, withoutZetaSql, type ZetaSql } from "./zetasql.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutZetaSql);

const fortnights = [
  { name: "nba-cascade", from: "2021-11-01" as CalendarDate },
  { name: "web-events", from: "2024-01-08" as CalendarDate },
];

describe("every statement in GoogleSQL", () => {
  let zetasql: ZetaSql;
  const calls = openCallCounter();
  before(async () => {
    await calls.start();
    zetasql = await startZetaSql();
  });
  after(async () => zetasql[Symbol.asyncDispose]());

  for (const { name, from } of fortnights) {
    it(`of ${name} is valid, and filters the partitions of every partitioned table`, async () => {
      const runbook = await readRunbook(name);
      const dates = Array.from({ length: 14 }, (_, day) => addDays(from, day));
      const analyser = openAnalyser(zetasql, runbook);
      await using empty = openAnalysingWarehouse(analyser, { runbook, dates, exists: false });
      await createTables(empty, runbook);
      await createSources(empty, runbook);
      assert.deepEqual(empty.problems, []);
      await using warehouse = openAnalysingWarehouse(analyser, { runbook, dates, exists: true });
      await sayEverything(warehouse, runbook, dates);
      assert.deepEqual(
        warehouse.problems.filter((problem) => !looksForUndated(runbook, problem)),
        [],
      );
      const isSaid = (start: string): boolean =>
        warehouse.statements.some(({ purpose }) => purpose.startsWith(start));
      assert.ok(
        isSaid("read the recorded versions") && isSaid("record "),
        "versions are recalled and recorded",
      );
      const reading = warehouse.statements.filter(({ sql }) => isReadingPartitions(runbook, sql));
      await assertFiltersMatter(analyser, reading);
    });
  }

  it("is among them, whatever src/sql can build", async () => {
    const built = await calls.exportedOf(join(import.meta.dirname, "../../src/sql"));
    assert.ok(built.called.length > 40, `${built.called.length} functions were called`);
    assert.deepEqual(built.uncalled.toSorted(), Object.keys(unsaid).toSorted());
  });
});

/** Exported functions of src/sql that build nothing for BigQuery to run here, each with the reason. */
const unsaid: Readonly<Record<string, string>> = {
  "case-rows.ts addToBatch": "DuckDB only: cases are computed in memory",
  "case-rows.ts createBatch": "DuckDB only: cases are computed in memory",
  "case-rows.ts insertRows": "DuckDB only: cases are computed in memory",
  "case-rows.ts namedCalendar": "DuckDB only: cases are computed in memory",
  "case-rows.ts normalisedRows": "DuckDB only: cases are computed in memory",
  "case-rows.ts stagedTexts": "DuckDB only: cases are computed in memory",
  "case-rows.ts textColumns": "asked only where a case is recorded",
  "create-table.ts createDataset": "asked only where a dataset is absent; the emulator runs it",
  "content-hash.ts wholeContent": "asked of tables without a date, which these runbooks do not have",
  "table-cut.ts deleteUnseen": "DuckDB only: cases are computed in memory",
  "duckdb-losses.ts duckdbInstant": "DuckDB only",
  "duckdb-losses.ts duckdbLoss": "DuckDB only",
  "duckdb-types.ts duckdbDescribed": "DuckDB only",
  "duckdb-types.ts duckdbType": "DuckDB only",
  "each-alone.ts eachAlone": "DuckDB only: BigQuery has no lateral join",
  "file-rows.ts fileKindName": "DuckDB only",
  "file-rows.ts fileKindOf": "DuckDB only",
  "file-rows.ts fileRows": "DuckDB only",
  "file-rows.ts fileStem": "DuckDB only",
  "gate-contamination.ts valuesOfWhole": "asked of tables without a date, which these runbooks do not have",
  "googlesql-types.ts googlesqlDescribed": "reads a type, and builds nothing",
  "kept-copies.ts keepRows": "DuckDB only: nothing is kept where there is time travel",
  "kept-copies.ts keptContent": "DuckDB only: nothing is kept where there is time travel",
  "kept-copies.ts restoreRows": "DuckDB only: nothing is kept where there is time travel",
  "kept-copies.ts trimKept": "DuckDB only: nothing is kept where there is time travel",
  "reversals.ts repeatFailures": "DuckDB only: nothing is reverted elsewhere",
  "reversals.ts reversals": "DuckDB only: nothing is reverted elsewhere",
  "kept-answers.ts appendAnswers": "DuckDB only: nothing is kept where reading is billed",
  "kept-answers.ts forgetAnswers": "DuckDB only: nothing is kept where reading is billed",
  "kept-answers.ts keptAnswers": "DuckDB only: nothing is kept where reading is billed",
  "kept-answers.ts contentOutside": "DuckDB only: nothing is kept where reading is billed",
  "kept-answers.ts rowsOutside": "DuckDB only: nothing is kept where reading is billed",
  "no-rows.ts noRowsOf": "asked where columns are left to the engine; the emulator runs it",
  "parquet-files.ts parquetRows": "DuckDB only",
  "parquet-files.ts writeParquet": "DuckDB only",
  "recorded-columns.ts recordColumns": "asked where columns are left to the engine; the emulator runs it",
  "recorded-columns.ts recordedColumns": "asked where columns are left to the engine; the emulator runs it",
  "replace-partitions.ts writtenCondition":
    "asked where a command writes its table itself, which these runbooks have not; the emulator runs it",
  "partition-difference.ts partitionDifference": "asked where a definition is compared; the emulator runs it",
  "trust.ts appendTrust": "entered by commands and report jobs; the emulator runs it",
  "trust.ts forgetTrust": "entered by commands and report jobs; the emulator runs it",
  "trust.ts recordedTrust": "asked by commands and report jobs; the emulator runs it",
  "recorded-changes.ts appendChanges": "entered where changes have a budget; the emulator runs it",
  "recorded-changes.ts recordedChanges": "asked where changes have a budget; the emulator runs it",
  "source-dates.ts sourceDates": "asked where the calendar is left to the sources",
};

/** Rows of a source without a date, or with one that no calendar has, lie in no range of partitions: all are read. */
function looksForUndated(runbook: Runbook, problem: string): boolean {
  return runbook.sources.some(({ table }) =>
    [`check the contract of ${table}`, `look for rows of ${table} without a date`].some((purpose) =>
      problem.startsWith(`cannot ${purpose}: no partition filter on ${table}\n`),
    ),
  );
}

/** Makes the product say all that it can: a backfill, gates, explanations, a report. */
async function sayEverything(
  warehouse: Warehouse,
  runbook: Runbook,
  dates: readonly CalendarDate[],
): Promise<void> {
  await readDurations(warehouse, runbook);
  const range = { from: dates[0] ?? ("" as CalendarDate), to: dates.at(-1) ?? ("" as CalendarDate) };
  const today = range.to;
  const effects = testEffects();
  await runBackfill(warehouse, { runbook, selection: { range } }, effects);
  await compactVersions(warehouse, runbook.ledger, { ...createVersionMemory(), superseded: 1000 });
  await readRunList(warehouse, runbook, 1);
  const state = await readState(warehouse, runbook, range);
  const scope = await openGateScope(warehouse, { runbook, state, range, today, withLeadIn: true });
  const coverage = await readCoverage(warehouse, scope);
  await readGaps(warehouse, scope, coverage);
  await readContract(warehouse, scope);
  const processors = runbook.processors.map(({ id }) => id);
  await readContract(warehouse, await openGateScope(warehouse, { runbook, state, range, today, processors }));
  await readContamination(warehouse, scope, coverage);
  for (const result of await runGates(warehouse, { runbook, range, today }, runbook.gates)) {
    await recordGateResult(warehouse, runbook.ledger, { result, runId: "run", checkedAt: effects.now() });
  }
  const knowledge = {
    state,
    fingerprints: createFingerprints(runbook, state),
    windows: createSettledWindows(runbook, state),
    versions: createVersionMemory(),
    audits: createAuditMemory(runbook.ledger),
  };
  await sayCommits(warehouse, { runbook, knowledge, effects });
  for (const processor of runbook.processors) {
    await explainPartition(warehouse, {
      runbook,
      processor,
      date: range.from,
      entity: "somebody",
      today: range.to,
    });
    await missingEntities(warehouse, scope, { processor, dates, kind: "untracked", limit: 3 });
  }
  await collectReport(warehouse, { runbook, range });
  await initialise(warehouse, runbook);
  await readGates(warehouse, runbook.ledger, "run");
  await sayBuilt(warehouse, runbook, dates);
}

/** Statements of what needs more than an analyser: a dry run, a load, a table of an older version. */
async function sayBuilt(
  warehouse: Warehouse,
  runbook: Runbook,
  dates: readonly CalendarDate[],
): Promise<void> {
  const { dialect } = warehouse;
  const parameters = stepParameters(runbook, { processor: {}, dates });
  const calendar = dates.map((date) => ({ date, season: "one", period: "none", version: "" }));
  const read = runbook.processors.flatMap((processor) => [
    ...stepQueries(dialect, processor, []),
    ...stepQueries(
      dialect,
      processor,
      cutInputs(runbook, { inputs: inputsOfProcessor(runbook, processor.id), dates, calendar }),
    ),
    writtenRows(dialect, processor),
  ]);
  for (const sql of read) await warehouse.query({ sql, parameters, purpose: "read as a step does" });
  const [source] = runbook.sources;
  if (source === undefined) throw new Error("No source");
  const loaded = stageTable({ ledger: runbook.ledger, token: "loaded" });
  const [processor] = runbook.processors;
  if (processor === undefined) throw new Error("No processor");
  const names = dialect.stage.names({ ledger: runbook.ledger, token: "nothing" });
  await warehouse.execute(
    dialect
      .inOneJob(fillNothing(dialect, names, processor))
      .map((sql) => ({ sql, parameters, purpose: "stage nothing" })),
  );
  await warehouse.query({
    sql: stageDifference(dialect, { narrow: names, wide: names }, processor),
    parameters: { date: { type: "date", value: dates[0] ?? null } },
    purpose: "compare two stages",
  });
  const columns = source.columns.map(({ name }) => name);
  const replacement = { table: source.table, from: loaded, dateColumn: source.dateColumn, columns };
  const written = [
    createOutput(loaded, source.columns),
    ...replaceSource(dialect, replacement),
    addColumn(dialect, source.table, { name: "newer", type: "string" }),
  ];
  await warehouse.execute(written.map((sql) => ({ sql, parameters, purpose: "write as a load does" })));
}

/** Leases, and commits of a cell whose dates are all blocked, and of one with dates of every kind. */
async function sayCommits(
  warehouse: Warehouse,
  {
    runbook,
    knowledge,
    effects,
  }: { readonly runbook: Runbook; readonly knowledge: Knowledge; readonly effects: RunEffects },
): Promise<void> {
  const processor = runbook.processors.find(({ step }) => step.kind === "sql");
  const [first, second, third] = knowledge.state.calendar.map(({ date }) => date);
  if (processor?.step.kind !== "sql" || third === undefined) throw new Error("No step in SQL");
  const { text } = processor.step.sql;
  const names = googlesql.stage.names({ ledger: runbook.ledger, token: "mixed" });
  const source = () => Promise.resolve({ sql: text, misfits: new Map() });
  const sight = { cutsFor: () => [], token: "mixed" };
  await stageDates(warehouse, { runbook, processor, names, source, sight }, [third]);
  await warehouse.query({
    sql: rewrittenValue(warehouse.dialect, names, processor),
    parameters: { date: { type: "date", value: third } },
    purpose: "compare with what it was",
  });
  const gaps = [{ upstream: "OTHER", dates: [third], count: 1 }];
  const blocked = blockRows(knowledge, processor.id, [{ date: first as CalendarDate, upstream: gaps }]);
  const at = { startedAt: effects.now(), finishedAt: effects.now() };
  const head = { ledger: runbook.ledger, processor: processor.id, attemptId: "attempt", runId: "run", ...at };
  const periods = ["one", "other"];
  const [token, holder] = ["attempt", "somebody"];
  const claim = { ...head, periods, token, holder, termSeconds: 60 };
  const all = { runbook, processor, head, names, blocked, claim };
  await takeLeasesOf(warehouse, claim);
  await readLeases(warehouse, runbook);
  await renewLeasesOf(warehouse, claim);
  await releaseLeasesOf(warehouse, claim);
  await commitDates(warehouse, { ...all, committed: [], failed: [] });
  const failed = [
    { ...emptyAttempt, date: second as CalendarDate, status: "failed", error: "a check" } as const,
  ];
  const committed = [{ ...emptyAttempt, date: third, status: "committed", error: undefined } as const];
  await commitDates(warehouse, { ...all, committed, failed });
}

/** Takes the bounds on dates out of every statement that has any: the check of partition filters must miss them. */
async function assertFiltersMatter(analyser: Analyser, statements: readonly Statement[]): Promise<void> {
  const bounded = new Map(
    statements
      .map((statement) => [statement.sql, statement] as const)
      .filter(([sql]) => withoutBounds(sql) !== sql),
  );
  assert.ok(bounded.size > 10, `${bounded.size} statements have bounds`);
  const unmissed: string[] = [];
  for (const statement of bounded.values()) {
    const problems = await analyser.problemsOf({ ...statement, sql: withoutBounds(statement.sql) });
    if (!problems.some((problem) => problem.startsWith("no partition filter")))
      unmissed.push(statement.purpose);
  }
  assert.deepEqual(unmissed, []);
}

function withoutBounds(sql: string): string {
  return sql
    .replaceAll(/(?<=as stored_row where [^\n]*)`\w+` between date '[\d-]+' and date '[\d-]+'/g, "true")
    .replaceAll(/[\w.`]+ between\s+cast\([^\n]*@start_date[^\n]*\s+and @end_date/g, "true")
    .replaceAll(/[\w.`]+ between @start_date and @end_date(?: and [\w.`]+ in unnest\(@dates\))?/g, "true")
    .replaceAll(/^(\s*(?:where|and)) (?!true)[^\n]*@(?:start|end)_date[^\n]*$/gm, "$1 true");
}

function isReadingPartitions(runbook: Runbook, sql: string): boolean {
  const partitioned = [...runbook.sources, ...runbook.processors].map(({ table }) => table);
  const unquoted = sql.replaceAll("`", "");
  return [...partitioned, "precompute_failures", "cascade_failures"].some((table) =>
    unquoted.includes(table),
  );
}
