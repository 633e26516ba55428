import { Fault } from "../../errors.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { endOf } from "../../domain/every.ts";
import { everyOf } from "../../plan/calendar/own-days.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import type { Difference } from "../../plan/audit/window-finding.ts";
import { cutInputs, type Input } from "../../plan/upstream/input-cut.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { contentOf } from "../../ledger/read-content.ts";
import { auditedContent, contentAlone, stageDifference, type StagePart } from "../../sql/audit-stage.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { createStage, fillStage } from "../../sql/stage.ts";
import { queryRows, typed, type ShapedRow } from "../../warehouse/row-shape.ts";
import { failureSort } from "../../warehouse/statement-fault.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { stepParameters, type Outcomes, type StagedContent } from "../stage-dates.ts";
import { withinCut } from "../within-cut.ts";

/** A processor whose windows are audited, in a session. */
export type AuditScope = {
  readonly warehouse: Warehouse;
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly calendar: readonly CalendarDay[];
  readonly randomId: () => string;
  /** Starts the program of a step that is a command, with what the inputs show; undefined of a SQL step. */
  readonly command?: AloneCommand | undefined;
};

/** The outcomes of a command for dates, when it is given what some inputs show of them. */
export type AloneCommand = (dates: readonly CalendarDate[], inputs: readonly Input[]) => Promise<Outcomes>;

/** Dates that were computed again, each alone, into a stage that nothing is committed from. */
export type Trial = {
  readonly names: StageNames;
  /** The content of each date, as text; of one that could not be computed, that it could not. */
  readonly contents: ReadonlyMap<CalendarDate, string>;
  /** Why, of those that could not. */
  readonly failed: ReadonlyMap<CalendarDate, Fault>;
};

/** In place of content; what a statement says when it fails names tables of the trial. */
const noContent = "could not be computed";

const contentShape = {
  analysis_date: typed.date,
  part: typed.oneOf(["rows", "failures", "members"]),
  row_count: typed.count,
  version: typed.text,
};

/** What is computed again: some dates with what the inputs show; `token` names the stage. */
export type TrialRequest = {
  readonly dates: readonly CalendarDate[];
  readonly inputs: readonly Input[];
  readonly token: string;
};

/** What is asked of dates without a stage: each alone, and what the inputs show. */
type AloneRequest = Omit<TrialRequest, "token">;

/**
 * The content of each date as a trial has it, by one query in which no date sees what another one shows; undefined where
 * the engine cannot say it so, or refuses.
 */
export async function contentsAlone(
  scope: AuditScope,
  { dates, inputs }: AloneRequest,
): Promise<Trial["contents"] | undefined> {
  const { warehouse, runbook, processor, calendar } = scope;
  const sights = dates.map((date) => ({
    date,
    until: endOf(everyOf(processor), date),
    cuts: cutInputs(runbook, { inputs, dates: [date], calendar }),
  }));
  const sql = contentAlone(warehouse.dialect, processor, { sights, parameters: runbook.parameters });
  if (sql === undefined) return undefined;
  const statement = {
    sql,
    parameters: stepParameters(runbook, { processor, dates }),
    purpose: `audit ${processor.id}`,
  };
  try {
    const rows = await queryRows(warehouse, statement, contentShape);
    return contentTexts(scope, { dates, rows });
  } catch (cause) {
    if (cause instanceof Fault && failureSort(cause) !== undefined) return undefined;
    throw cause;
  }
}

/** Whether a step could not be computed, and not the warehouse asked: what took too long or too much says nothing of rows. */
export function isRefusal(cause: unknown): cause is Fault {
  if (!(cause instanceof Fault)) return false;
  const sort = failureSort(cause);
  return sort === undefined ? cause.code === "command-failed" : sort !== "too-large" && sort !== "too-costly";
}

/** Computes dates, each alone, into a stage. */
export async function computeAlone(
  scope: AuditScope,
  { dates, inputs, token }: TrialRequest,
): Promise<Trial> {
  const { warehouse, runbook, processor } = scope;
  const names = warehouse.dialect.stage.names({ ledger: runbook.ledger, token });
  for (const sql of createStage(warehouse.dialect, names, processor)) {
    await warehouse.query({ sql, purpose: `create a stage to audit ${processor.id}` });
  }
  const failed = new Map<CalendarDate, Fault>();
  for (const date of dates) {
    const fault = await fill(scope, { dates: [date], inputs, names, token });
    if (fault !== undefined) failed.set(date, fault);
  }
  const rows = await readParts(scope, { names, dates, parts: ["rows", "failures", "members"] });
  const none = [...failed.keys()].map((date) => [date, noContent] as const);
  return { names, contents: new Map([...contentTexts(scope, { dates, rows }), ...none]), failed };
}

async function fill(
  scope: AuditScope,
  { dates, inputs, names, token }: TrialRequest & { readonly names: StageNames },
): Promise<Fault | undefined> {
  const { warehouse, runbook, processor, calendar } = scope;
  const cuts = cutInputs(runbook, { inputs, dates, calendar });
  const { dialect } = warehouse;
  const head = {
    parameters: stepParameters(runbook, { processor, dates }),
    purpose: `audit ${processor.id}`,
  };
  try {
    const source = await outcomesOf(scope, { dates, inputs });
    const filling = dialect.inOneJob(fillStage(dialect, names, { processor, source, cuts }));
    await withinCut(warehouse, { cuts, token, purpose: head.purpose }, () =>
      warehouse.execute(filling.map((sql) => ({ ...head, sql }))),
    );
    return undefined;
  } catch (cause) {
    if (isRefusal(cause)) return cause;
    throw cause;
  }
}

async function outcomesOf(
  { processor, command }: AuditScope,
  { dates, inputs }: AloneRequest,
): Promise<string> {
  if (processor.step.kind === "sql") return processor.step.sql.text;
  if (command === undefined) throw new Error(`Nobody starts the program of ${processor.id}`);
  return (await command(dates, inputs)).sql;
}

/** What a cell has staged: a stage, and what is known of it. */
export type StagedCell = {
  readonly names: StageNames;
  readonly contentOn: (date: CalendarDate) => StagedContent;
};

/** The stage of a cell as a trial of some of its dates; only the population is read. */
export async function trialOf(
  scope: AuditScope,
  { names, contentOn }: StagedCell,
  dates: readonly CalendarDate[],
): Promise<Trial> {
  const rows = await readParts(scope, { names, dates, parts: ["members"] });
  return { names, contents: contentTexts(scope, { dates, rows, contentOn }), failed: new Map() };
}

type PartRow = ShapedRow<typeof contentShape>;

function readParts(
  { warehouse, processor }: AuditScope,
  { names, dates, parts }: { names: StageNames; dates: readonly CalendarDate[]; parts: readonly StagePart[] },
): Promise<readonly PartRow[]> {
  const statement = {
    sql: auditedContent(warehouse.dialect, names, { processor, parts }),
    parameters: { dates: { type: "array<date>", value: dates } },
    purpose: `read what the audit of ${processor.id} computed`,
  } as const;
  return queryRows(warehouse, statement, contentShape);
}

/** What a stage holds, as one text a date. */
function contentTexts(
  { warehouse }: AuditScope,
  {
    dates,
    rows,
    contentOn,
  }: { dates: readonly CalendarDate[]; rows: readonly PartRow[]; contentOn?: StagedCell["contentOn"] },
): ReadonlyMap<CalendarDate, string> {
  return new Map(
    dates.map((date) => {
      const known = contentOn?.(date);
      function versionOf(part: StagePart): string {
        const row = rows.find((found) => found.analysis_date === date && found.part === part);
        return row === undefined ? "" : contentOf(warehouse, row).version;
      }
      const content = known?.rows.version ?? versionOf("rows");
      const failures = known?.failures.version ?? versionOf("failures");
      return [date, [content, failures, versionOf("members")].join(" ")];
    }),
  );
}

const differenceShape = {
  entity: typed.text,
  field: typed.text,
  narrow: typed.nullable(typed.text),
  wide: typed.nullable(typed.text),
};

/**
 * Where two trials differ on a date; undefined when they are the same but for the order of sums, or neither could be
 * computed.
 */
export async function differenceOf(
  { warehouse, processor }: AuditScope,
  { narrow, wide }: { readonly narrow: Trial; readonly wide: Trial },
  date: CalendarDate,
): Promise<Difference | undefined> {
  const [declared, every] = [narrow.contents.get(date), wide.contents.get(date)];
  if (declared === every) return undefined;
  const [failure, failureOfAll] = [narrow, wide].map((trial) => trial.failed.get(date)?.message);
  if (failure !== undefined || failureOfAll !== undefined) {
    const texts = { declared: failure ?? "computed", every: failureOfAll ?? "computed" };
    return { entity: "every entity", field: "the outcome", ...texts };
  }
  const statement = {
    sql: stageDifference(warehouse.dialect, { narrow: narrow.names, wide: wide.names }, processor),
    parameters: { date: { type: "date", value: date } },
    purpose: `compare what the audit of ${processor.id} computed`,
  } as const;
  const [row] = await queryRows(warehouse, statement, differenceShape);
  return row && { entity: row.entity, field: row.field, declared: row.narrow, every: row.wide };
}
