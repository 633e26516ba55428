import type { Column } from "../../domain/column.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import { ownDates } from "../../plan/calendar/own-days.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import { cutInputs, inputsOfProcessor } from "../../plan/upstream/input-cut.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { CaseFailure, StepCase } from "../../runbook/schema/case-schema.ts";
import { addToBatch, caseNumber, namedCalendar, stagedTexts, type TextRow } from "../../sql/case-rows.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { queryRows, typed, type ShapedRow } from "../../warehouse/row-shape.ts";
import { interruptedFault } from "../../warehouse/interrupted-fault.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { openOutcomes } from "../outcome-source.ts";
import type { RunEffects } from "../run-event.ts";
import { checkApart, stageAgain, stageDates, type Violations } from "../stage-dates.ts";
import { removeStage } from "../withdraw-dates.ts";
import { textShape } from "./case-texts.ts";
import { calendarKey, fillCase, type CaseRequest, type CaseFilling } from "./fill-case.ts";
import { readDays, stagesOf, type Workshop } from "./workshop.ts";

/** What a step made of a case's rows: its rows as texts, its failures, and what the stage's checks found. */
export type CaseOutcome = {
  readonly rows: readonly TextRow[];
  readonly failures: readonly Required<CaseFailure>[];
  readonly violations: readonly string[];
};

/** Cases of one step. */
type CasesOfStep = Omit<CaseRequest, "stepCase"> & { readonly cases: readonly StepCase[] };

/** Computes one case as `computeCases` does. Faults: those of the step. */
export async function computeCase(
  workshop: Workshop,
  { stepCase, ...step }: CaseRequest,
  effects: RunEffects,
): Promise<CaseOutcome> {
  const [end] = await computeCases(workshop, { ...step, cases: [stepCase] }, effects);
  if (end === undefined || end instanceof Fault) throw end;
  return end;
}

/**
 * Computes cases of a step in a warehouse that cases have to themselves: puts the rows of each in the place of those before,
 * and takes the step through the same stage and checks as a run, which look at all cases together. What a step cannot be
 * computed for is the fault in its place.
 */
export async function computeCases(
  workshop: Workshop,
  { cases, ...step }: CasesOfStep,
  effects: RunEffects,
): Promise<readonly (CaseOutcome | Fault)[]> {
  await openBatch(workshop, step, effects);
  const begun: (CaseOutcome | Fault | undefined)[] = [];
  for (const [number, stepCase] of cases.entries()) {
    if (effects.signal.aborted) throw interruptedFault("compute the cases");
    begun.push(await orFault(() => beginCase(workshop, { ...step, stepCase, number }, effects)));
  }
  const isStaged = begun.includes(undefined);
  const read = isStaged ? await orFault(() => readBatch(workshop, step)) : undefined;
  const staged = read instanceof Fault ? undefined : read;
  const ends: (CaseOutcome | Fault)[] = [];
  for (const [number, stepCase] of cases.entries()) {
    const end = begun[number] ?? staged?.(number);
    ends.push(end ?? (await orFault(() => computeSlowly(workshop, { ...step, stepCase }, effects))));
  }
  return ends;
}

/** What something gives, or its fault; an interruption goes on. */
export async function orFault<Result>(work: () => Promise<Result>): Promise<Result | Fault> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === "interrupted") throw cause;
    return cause;
  }
}

/** Makes the stages of a step, before what has plans: what creates something drops the plans that are kept. */
async function openBatch(
  workshop: Workshop,
  { runbook, processor }: Omit<CaseRequest, "stepCase">,
  effects: RunEffects,
): Promise<void> {
  if (processor.step.kind !== "sql") return;
  const { batch } = await stagesOf(workshop, { runbook, processor, token: effects.randomId() });
  const purpose = `empty the stage of ${processor.id}`;
  await workshop.warehouse.execute(batch.tables.map((table) => ({ sql: `delete from ${table}`, purpose })));
}

/** Computes a case as far as it is not looked at with others: undefined where its outcome stands in the batch. */
async function beginCase(
  workshop: Workshop,
  request: CaseRequest & { readonly number: number },
  effects: RunEffects,
): Promise<CaseOutcome | undefined> {
  const staging = await stagingOf(workshop, request);
  const known = ownDates(staging.calendar, request.processor);
  const strange = request.stepCase.dates.filter((date) => !known.has(date));
  if (strange.length > 0) {
    const violations = strange.map((date) => `the calendar has no ${date}: name it under \`calendar\``);
    return { rows: [], failures: [], violations };
  }
  const isStaged = await stageOnce(workshop, { ...staging, number: request.number }, effects);
  return isStaged ? undefined : stageSlowly(workshop, staging, effects);
}

async function computeSlowly(
  workshop: Workshop,
  request: CaseRequest,
  effects: RunEffects,
): Promise<CaseOutcome> {
  return stageSlowly(workshop, await stagingOf(workshop, request), effects);
}

async function stagingOf(workshop: Workshop, { processor, ...request }: CaseRequest): Promise<Staging> {
  const { stepCase } = request;
  const runbook = runbookOfCase(workshop.warehouse, request);
  const filling = { runbook, stepCase };
  const calendar = workshop.calendars.get(calendarKey(filling)) ?? (await fillAndRead(workshop, filling));
  return { runbook, processor, stepCase, calendar };
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

/** Stages a case on the stage of the cases before, and adds it to the batch; false where it has to be looked at date by date. */
async function stageOnce(
  workshop: Workshop,
  { runbook, processor, stepCase, calendar, number }: Staging & { readonly number: number },
  effects: RunEffects,
): Promise<boolean> {
  const { step } = processor;
  if (step.kind !== "sql") return false;
  const { dialect } = workshop.warehouse;
  const { dates } = stepCase;
  const cuts = cutInputs(runbook, { inputs: inputsOfProcessor(runbook, processor.id), dates, calendar });
  const { one, batch } = await stagesOf(workshop, { runbook, processor, token: effects.randomId() });
  const filling = fillCase(workshop, { runbook, stepCase }, { cuts, days: calendar, number });
  const { parameters } = filling;
  const request = { runbook, processor, sql: step.sql.text, names: one, cuts };
  const added = addToBatch(dialect, one, batch).map((sql) => ({ sql, parameters, purpose: "stage a case" }));
  const statements = [...filling.statements, ...stageAgain(dialect, request, dates), ...added];
  const fault = await orFault(() => carryOut(workshop.warehouse, { ...filling, statements }));
  return fault === undefined;
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
  const purpose = `read what ${processor.id} gave`;
  const statement = { sql: stagedTexts(session.dialect, names, processor), purpose };
  return outcomeOf(await queryRows(session, statement, outcomeShape(processor.columns)), violations);
}

/** What the stage of a batch holds of each case, and what the checks found there. */
async function readBatch(
  { warehouse, stages }: Workshop,
  { runbook, processor }: Omit<CaseRequest, "stepCase">,
): Promise<(number: number) => CaseOutcome> {
  const names = stages.get(processor.id)?.batch;
  if (names === undefined) throw new Error(`${processor.id} has no stage`);
  const apart = caseNumber;
  const violations = await checkApart(warehouse, { runbook, processor, names, apart });
  const sql = stagedTexts(warehouse.dialect, names, { ...processor, apart });
  const shape = { ...outcomeShape(processor.columns), apart: typed.count };
  const rows = await queryRows(warehouse, { sql, purpose: `read what ${processor.id} gave` }, shape);
  const own = Map.groupBy(rows, (row) => row.apart);
  return (number) => outcomeOf(own.get(number) ?? [], violations.get(number) ?? new Map());
}

type StagedRow = ShapedRow<ReturnType<typeof outcomeShape>>;

function outcomeOf(staged: readonly StagedRow[], violations: Violations): CaseOutcome {
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
function runbookOfCase({ dialect }: Warehouse, { runbook, stepCase }: FillRequest): Runbook {
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
