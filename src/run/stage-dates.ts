import { hullOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { TableCut } from "../domain/table-cut.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { everyOf, wholeRange } from "../plan/calendar/own-days.ts";
import { contentOf } from "../ledger/read-content.ts";
import { emptyContent } from "../plan/versions/settlement.ts";
import type { RowContent } from "../plan/plan.ts";
import { checkStage } from "../sql/check-stage.ts";
import { createStage, fillStage, readStage, stepQueries } from "../sql/stage.ts";
import type { Dialect, StageNames } from "../sql/dialect.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";
import type { Retrying } from "./retry-step.ts";
import { withinCut } from "./within-cut.ts";
import { bisectDates } from "./bisect-dates.ts";

const findingShape = {
  analysis_date: typed.date,
  finding: typed.text,
  occurrences: typed.count,
  example: typed.nullable(typed.text),
};

const stageShape = {
  ...findingShape,
  row_count: typed.count,
  rows_version: typed.text,
  failure_count: typed.count,
  failures_version: typed.text,
};

type StageRow = ShapedRow<typeof stageShape>;

/** Dates of a stage that cannot be committed, each with what broke the contract. */
export type Violations = ReadonlyMap<CalendarDate, string>;

/** What one date of a stage holds: its rows and its failures. */
export type StagedContent = { readonly rows: RowContent; readonly failures: RowContent };

/** What was staged; a date without any outcome (an empty population) has empty content. */
export type Staged = {
  readonly violations: Violations;
  readonly contentOn: (date: CalendarDate) => StagedContent;
};

/** Outcomes: the query whose rows they are, and what the engine has found before it could be staged. */
export type Outcomes = { readonly sql: string; readonly misfits: Violations };

/** Gives the outcomes for some dates: the step's SQL, or what a command wrote. */
export type OutcomeSource = (dates: readonly CalendarDate[]) => Promise<Outcomes>;

type StageRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly names: StageNames;
  readonly source: OutcomeSource;
  /** What the statements of the runbook may see while they compute some dates; `token` is unique to the session. */
  readonly sight: {
    readonly cutsFor: (dates: readonly CalendarDate[]) => readonly TableCut[];
    readonly token: string;
  };
  /** Makes what failed again where that may help; once when absent. */
  readonly retrying?: Retrying;
};

/**
 * Stages the outcomes of `dates` and checks each date on its own; what fails is bisected down to the dates on which it
 * fails. On BigQuery one job stages and reads what is staged.
 */
export async function stageDates(
  warehouse: Warehouse,
  request: StageRequest,
  dates: readonly CalendarDate[],
): Promise<Staged> {
  for (const sql of createStage(warehouse.dialect, request.names, request.processor)) {
    await warehouse.query({ sql, purpose: `create the stage of ${request.processor.id}` });
  }
  let seen: readonly StageRow[] | undefined;
  const misfits = new Map<CalendarDate, string>();
  const halving = { ...request, misfits, see: (rows: readonly StageRow[]) => void (seen = rows) };
  function stage(some: readonly CalendarDate[]): Promise<void> {
    return stageTogether(warehouse, halving, some);
  }
  const failed = await bisectDates(dates, {
    run: request.retrying?.(stage) ?? stage,
    probe: (some) => probeStep(warehouse, request, some),
  });
  const rows =
    failed.size === dates.length
      ? []
      : (seen ?? (await queryRows(warehouse, reading(warehouse, request), stageShape)));
  const violations = new Map([...violationsOf(rows), ...misfits, ...failed]);
  return { violations, contentOn: contentsOf(warehouse, rows) };
}

/** Bytes that the runbook's queries would read for some dates; none of them is run. Faults: what the engine refuses. */
async function probeStep(
  warehouse: Warehouse,
  { runbook, processor, sight }: StageRequest,
  dates: readonly CalendarDate[],
): Promise<number | undefined> {
  const head = {
    parameters: stepParameters(runbook, { processor, dates }),
    purpose: `compute ${processor.id}`,
  };
  let bytes: number | undefined;
  for (const sql of stepQueries(warehouse.dialect, processor, sight.cutsFor(dates))) {
    const found = await warehouse.estimateBytes({ ...head, sql });
    if (found === undefined) await warehouse.describe({ ...head, sql });
    else bytes = (bytes ?? 0) + found;
  }
  return bytes;
}

/** `see` is told what the whole stage holds, where that is known without another statement. */
type Halving = StageRequest & {
  readonly misfits: Map<CalendarDate, string>;
  readonly see: (rows: readonly StageRow[]) => void;
};

/** Computes the outcomes and the population; both or neither are kept. */
async function stageTogether(
  warehouse: Warehouse,
  request: Halving,
  dates: readonly CalendarDate[],
): Promise<void> {
  const { runbook, processor, names, source, sight } = request;
  const { dialect } = warehouse;
  const head = {
    parameters: stepParameters(runbook, { processor, dates }),
    purpose: `compute ${processor.id}`,
  };
  const outcomes = await source(dates);
  const cuts = sight.cutsFor(dates);
  const filling = fillStage(dialect, names, { processor, source: outcomes.sql, cuts });
  const [script = "", ...others] = dialect.inOneJob([...filling, reading(warehouse, request).sql]);
  await withinCut(warehouse, { cuts, token: sight.token, purpose: head.purpose }, async () => {
    if (others.length === 0) request.see(await queryRows(warehouse, { ...head, sql: script }, stageShape));
    else await warehouse.execute(filling.map((sql) => ({ ...head, sql })));
  });
  for (const date of dates) {
    const misfit = outcomes.misfits.get(date);
    if (misfit !== undefined) request.misfits.set(date, misfit);
  }
}

/** The days of some partitions from the first to the last: weeks and months to their ends; undefined of none. */
export function daysOfPartitions(
  processor: Pick<Processor, "every">,
  dates: readonly CalendarDate[],
): DateRange | undefined {
  const hull = hullOf(dates);
  return hull && wholeRange(everyOf(processor), hull);
}

/** A stage that is filled again, by a session that sees no more than the cuts already. */
type AgainRequest = Pick<StageRequest, "runbook" | "processor" | "names"> & {
  readonly sql: string;
  readonly cuts: readonly TableCut[];
};

/** Statements that stage dates together in the place of what a stage holds. Their faults may be of one date only. */
export function stageAgain(
  dialect: Dialect,
  { runbook, processor, names, sql: source, cuts }: AgainRequest,
  dates: readonly CalendarDate[],
): readonly Statement[] {
  const parameters = stepParameters(runbook, { processor, dates });
  const purpose = `compute ${processor.id}`;
  const emptied = names.tables.map((table) => ({ sql: `delete from ${table}`, purpose }));
  const filling = fillStage(dialect, names, { processor, source, cuts });
  return [...emptied, ...filling.map((sql) => ({ sql, parameters, purpose }))];
}

/** What breaks the contract in a stage that holds what has nothing to do with each other by a column of numbers, and whose. */
export async function checkApart(
  warehouse: Warehouse,
  {
    runbook: { categories },
    processor,
    names,
    apart,
  }: Pick<AgainRequest, "runbook" | "processor" | "names"> & { readonly apart: string },
): Promise<ReadonlyMap<number, Violations>> {
  const checking = {
    sql: checkStage(warehouse.dialect, names, { processor, categories, apart }),
    purpose: checkPurpose(processor),
  };
  const rows = await queryRows(warehouse, checking, { ...findingShape, apart: typed.count });
  return new Map(
    [...Map.groupBy(rows, (row) => row.apart)].map(([number, own]) => [number, violationsOf(own)]),
  );
}

/** `@start_date`, `@end_date`, `@dates` and the runbook's parameters. */
export function stepParameters(
  runbook: Runbook,
  {
    processor,
    dates,
  }: { readonly processor: Pick<Processor, "every">; readonly dates: readonly CalendarDate[] },
): Readonly<Record<string, Parameter>> {
  const hull = daysOfPartitions(processor, dates);
  if (hull === undefined) throw new Error("A step needs at least one date");
  const declared = runbook.parameters.map(({ name, type, value }): [string, Parameter] => [
    name,
    { type, value },
  ]);
  return {
    ...Object.fromEntries(declared),
    start_date: { type: "date", value: hull.from },
    end_date: { type: "date", value: hull.to },
    dates: { type: "array<date>", value: dates },
  };
}

function reading(
  warehouse: Warehouse,
  { runbook, processor, names }: Pick<StageRequest, "runbook" | "processor" | "names">,
): Statement {
  return {
    sql: readStage(warehouse.dialect, names, { processor, categories: runbook.categories }),
    purpose: checkPurpose(processor),
  };
}

function checkPurpose({ id }: Processor): string {
  return `check the stage of ${id}`;
}

function violationsOf(rows: readonly ShapedRow<typeof findingShape>[]): Violations {
  const violations = new Map<CalendarDate, string>();
  for (const { analysis_date: date, finding, occurrences, example } of rows) {
    if (finding === "") continue;
    const text = `${finding} (${occurrences} of them, first "${example ?? "null"}")`;
    const before = violations.get(date);
    violations.set(date, before === undefined ? text : `${before}; ${text}`);
  }
  return violations;
}

function contentsOf(warehouse: Warehouse, rows: readonly StageRow[]): Staged["contentOn"] {
  const byDate = new Map(
    rows
      .filter(({ finding }) => finding === "")
      .map((row): [string, StagedContent] => [
        row.analysis_date,
        {
          rows: contentOf(warehouse, { row_count: row.row_count, version: row.rows_version }),
          failures: contentOf(warehouse, { row_count: row.failure_count, version: row.failures_version }),
        },
      ]),
  );
  return (date) => byDate.get(date) ?? { rows: emptyContent, failures: emptyContent };
}
