import type { Column } from "../../domain/column.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { ownDates } from "../../plan/calendar/own-days.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import { cutInputs, inputsOfProcessor } from "../../plan/upstream/input-cut.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { CaseFailure } from "../../runbook/schema/case-schema.ts";
import { namedCalendar, stagedTexts, type TextRow } from "../../sql/case-rows.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { openOutcomes } from "../outcome-source.ts";
import type { RunEffects } from "../run-event.ts";
import { checkAgain, stageAgain, stageDates, type Violations } from "../stage-dates.ts";
import { removeStage } from "../withdraw-dates.ts";
import { textShape } from "./case-texts.ts";
import { calendarKey, fillCase, type CaseRequest, type CaseFilling } from "./fill-case.ts";
import { readDays, stageOf, type Workshop } from "./workshop.ts";

/** What a step made of a case's rows: its rows as texts, its failures, and what the stage's checks found. */
export type CaseOutcome = {
  readonly rows: readonly TextRow[];
  readonly failures: readonly Required<CaseFailure>[];
  readonly violations: readonly string[];
};

/**
 * Computes a case in a warehouse that cases have to themselves: puts its rows in the place of those before, and takes the
 * step through the same stage and checks as a run. Faults: those of the step.
 */
export async function computeCase(
  workshop: Workshop,
  request: CaseRequest,
  effects: RunEffects,
): Promise<CaseOutcome> {
  const { processor, stepCase } = request;
  const runbook = runbookOfCase(workshop.warehouse, request);
  // What creates something drops the plans that are kept, so it comes before what has plans.
  if (processor.step.kind === "sql")
    await stageOf(workshop, { runbook, processor, token: effects.randomId() });
  const filling = { runbook, stepCase };
  const calendar = workshop.calendars.get(calendarKey(filling)) ?? (await fillAndRead(workshop, filling));
  const known = ownDates(calendar, processor);
  const strange = stepCase.dates.filter((date) => !known.has(date));
  if (strange.length > 0) {
    const violations = strange.map((date) => `the calendar has no ${date}: name it under \`calendar\``);
    return { rows: [], failures: [], violations };
  }
  const staging = { runbook, processor, stepCase, calendar };
  return (await stageOnce(workshop, staging, effects)) ?? stageSlowly(workshop, staging, effects);
}

type FillRequest = Pick<CaseRequest, "runbook" | "stepCase">;

/** Fills the tables with all of a case; the days of its calendar. */
async function fillAndRead(workshop: Workshop, request: FillRequest): Promise<readonly CalendarDay[]> {
  await carryOut(workshop.warehouse, fillCase(workshop, request));
  return readDays(workshop, request.runbook);
}

async function carryOut(warehouse: Warehouse, { statements, done }: CaseFilling): Promise<void> {
  await warehouse.execute(statements);
  done();
}

/** The outcome on the stage of the cases before; undefined where it has to be looked at date by date. */
async function stageOnce(
  workshop: Workshop,
  { runbook, processor, stepCase, calendar }: Staging,
  effects: RunEffects,
): Promise<CaseOutcome | undefined> {
  const { step } = processor;
  if (step.kind !== "sql") return undefined;
  const { warehouse } = workshop;
  const { dates } = stepCase;
  const cuts = cutInputs(runbook, { inputs: inputsOfProcessor(runbook, processor.id), dates, calendar });
  try {
    const names = await stageOf(workshop, { runbook, processor, token: effects.randomId() });
    const filling = fillCase(workshop, { runbook, stepCase }, { cuts, days: calendar });
    const request = { runbook, processor, sql: step.sql.text, names, cuts };
    const staging = stageAgain(warehouse.dialect, request, dates);
    await carryOut(warehouse, { ...filling, statements: [...filling.statements, ...staging] });
    return await readOutcome(warehouse, {
      processor,
      names,
      violations: await checkAgain(warehouse, request),
    });
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === "interrupted") throw cause;
    return undefined;
  }
}

function outcomeShape(columns: readonly Column[]) {
  return {
    ...textShape(columns),
    // What the checks of the stage refuse is read nevertheless.
    stage_date: typed.anyDate,
    stage_entity: typed.nullable(typed.text),
    failure_category: typed.nullable(typed.text),
    failure_reason: typed.nullable(typed.text),
  };
}

type Staging = CaseRequest & { readonly calendar: readonly CalendarDay[] };

/** The outcome by a session and a stage of its own, each date that fails told alone. */
async function stageSlowly(
  workshop: Workshop,
  { runbook, processor, stepCase, calendar }: Staging,
  effects: RunEffects,
): Promise<CaseOutcome> {
  const { warehouse } = workshop;
  await carryOut(warehouse, fillCase(workshop, { runbook, stepCase }));
  const names = warehouse.dialect.stage.names({ ledger: runbook.ledger, token: effects.randomId() });
  await using session = await warehouse.session();
  try {
    const inputs = inputsOfProcessor(runbook, processor.id);
    const sight = {
      token: effects.randomId(),
      cutsFor: (dates: readonly CalendarDate[]) => cutInputs(runbook, { inputs, dates, calendar }),
    };
    await using source = await openOutcomes(session, { runbook, processor, calendar, effects });
    const request = { runbook, processor, names, source: source.query, sight };
    const { violations } = await stageDates(session, request, stepCase.dates);
    return await readOutcome(session, { processor, names, violations });
  } finally {
    await removeStage(session, names);
  }
}

async function readOutcome(
  session: Warehouse,
  {
    processor,
    names,
    violations,
  }: { readonly processor: Processor; readonly names: StageNames; readonly violations: Violations },
): Promise<CaseOutcome> {
  const { dialect } = session;
  const purpose = `read what ${processor.id} gave`;
  const statement = { sql: stagedTexts(dialect, names, processor), purpose };
  const staged = await queryRows(session, statement, outcomeShape(processor.columns));
  return {
    rows: staged.filter(({ failure_category }) => failure_category === undefined),
    failures: staged.flatMap(({ stage_date, stage_entity, failure_category, failure_reason = "" }) =>
      failure_category === undefined || stage_date === undefined || stage_entity === undefined
        ? []
        : [{ date: stage_date, entity: stage_entity, category: failure_category, reason: failure_reason }],
    ),
    violations: [...violations].map(([date, text]) => `${date}: ${text}`),
  };
}

/** The runbook as a case has it: with its parameters, and its calendar where it names one. */
function runbookOfCase({ dialect }: Warehouse, { runbook, stepCase }: CaseRequest): Runbook {
  const parameters = runbook.parameters.map((parameter) => {
    const value = stepCase.parameters[parameter.name];
    return value === undefined || value === null
      ? parameter
      : { ...parameter, value: typeof value === "number" ? value : String(value) };
  });
  const { calendar } = runbook;
  if (stepCase.calendar === undefined) return { ...runbook, parameters };
  const sql = { file: "calendar of the case", text: namedCalendar(dialect, calendar) };
  return { ...runbook, parameters, calendar: { ...calendar, origin: { kind: "query", sql, reads: [] } } };
}
