import { completeRunbook } from "../../run/complete-runbook.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { countOf } from "../../domain/format.ts";
import { Fault } from "../../errors.ts";
import { readState } from "../../ledger/read-state.ts";
import { everyOf, ownDays } from "../../plan/calendar/own-days.ts";
import { datesToAudit } from "../../plan/audit/sample-dates.ts";
import { windowHintText, type WindowHint } from "../../plan/audit/wide-edges.ts";
import {
  isAuditRefusal,
  windowFindingText,
  type EdgeFinding,
  type WindowFinding,
} from "../../plan/audit/window-finding.ts";
import type { WarehouseState } from "../../plan/plan.ts";
import { selectProcessors } from "../../plan/upstream/select-processors.ts";
import { planStateRange } from "../../plan/waivers/with-waivers.ts";
import { auditDates } from "../../run/audit/audit-windows.ts";
import { isRefusal } from "../../run/audit/trial.ts";
import { findWideEdges } from "../../run/audit/find-wide-edges.ts";
import { openOutcomes } from "../../run/outcome-source.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { RunEffects } from "../../run/run-event.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { writesItself } from "../../runbook/writes-itself.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { auditStatements, type StatementAudit } from "../audit-statements.ts";
import { selectionOf } from "./options.ts";
import { tellDrift, type Paint, type TypedCommand, type Typing } from "./typed-command.ts";

/** What `audit` says of one processor; without dates `notAudited` says why. */
type ProcessorAudit = {
  readonly processor: string;
  readonly dates: readonly string[];
  /** Why it was not audited; with dates, why they could not be computed again. */
  readonly notAudited?: string;
  readonly findings: readonly WindowFinding[];
  /** What could be narrower as far as `hintedOn` tell; no findings. */
  readonly hints: readonly WindowHint[];
  readonly hintedOn: readonly string[];
};

/** `cascade audit`: whether processors, and statements that declare windows, read no more than these. Exit 1 on a finding. */
export const auditCommand: TypedCommand = {
  async answer(typing) {
    const { runbook: declared, processors } = await namedProcessors(typing);
    await using warehouse = await typing.openWarehouse(declared);
    const runbook = await completeRunbook(warehouse, declared);
    const selection = selectionOf(runbook, typing.options);
    const chosen = selectProcessors(
      runbook,
      processors === undefined ? selection : { ...selection, processors },
    );
    const state = await readState(warehouse, runbook, planStateRange(runbook, selection.range));
    tellDrift(typing, state);
    const audits: ProcessorAudit[] = [];
    const token = typing.now().getTime().toString(36);
    using effects = typing.startPrograms?.();
    for (const processor of runbook.processors.filter(({ id }) => chosen.has(id))) {
      audits.push(await auditProcessor(warehouse, { runbook, processor, state, token, effects }));
    }
    const statements = await auditStatements(
      { warehouse, runbook, calendar: state.calendar },
      { processors: runbook.processors.filter(({ id }) => chosen.has(id)), range: selection.range },
    );
    const findings = [...audits, ...statements].flatMap((audit) => audit.findings);
    const isAnswered = audits.every(
      ({ dates, notAudited }) => dates.length === 0 || notAudited === undefined,
    );
    return {
      exitCode: !isAnswered ? 3 : findings.length > 0 ? 1 : 0,
      json: { runbook: runbook.name, processors: audits, statements },
      text: (paint) =>
        [
          ...audits.map((audit) => processorText(audit, paint)),
          ...statements.map((audit) => statementText(audit, paint)),
        ].join("\n"),
    };
  },
};

/** One word names a processor of the usual runbook where it names no runbook. */
async function namedProcessors({
  options: { positionals },
  usualRunbook,
}: Typing): Promise<{ readonly runbook: Runbook; readonly processors: readonly string[] | undefined }> {
  const [name = usualRunbook, processor] = positionals;
  try {
    const runbook = await readRunbook(name);
    return { runbook, processors: processor === undefined ? undefined : [processor] };
  } catch (cause) {
    const isProcessor = cause instanceof Fault && cause.code === "unknown-name" && processor === undefined;
    if (!isProcessor || /[/.]/.test(name)) throw cause;
    return { runbook: await readRunbook(usualRunbook), processors: [name] };
  }
}

type ProcessorRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly state: WarehouseState;
  readonly token: string;
  readonly effects: RunEffects | undefined;
};

async function auditProcessor(warehouse: Warehouse, request: ProcessorRequest): Promise<ProcessorAudit> {
  const { processor, runbook, token, effects } = request;
  const { calendar } = request.state;
  const unaudited = { processor: processor.id, dates: [], findings: [], hints: [], hintedOn: [] };
  const computed = computedDates(request);
  const notAudited = whyNot(request, computed);
  if (notAudited !== undefined) return { ...unaudited, notAudited };
  const { definition } = processor;
  const days = ownDays(calendar, everyOf(processor));
  const dates = datesToAudit({ calendar: days, definition, computed, audited: new Set() });
  let trials = 0;
  function randomId(): string {
    return `audit_${token}_${processor.id}_${(trials += 1)}`;
  }
  await using source = effects && (await openOutcomes(warehouse, { runbook, processor, calendar, effects }));
  const scope = { warehouse, runbook, processor, calendar, randomId, command: source?.alone };
  try {
    const findings = await auditDates(scope, { dates });
    const isHinted = findings.length === 0 && processor.step.kind === "sql";
    const wide = isHinted ? await findWideEdges(scope, dates) : { dates: [], hints: [] };
    return { processor: processor.id, dates, findings, hints: wide.hints, hintedOn: wide.dates };
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    return { ...unaudited, dates, notAudited: cause.message };
  }
}

/** Dates that were committed, or that an audit has refused. */
function computedDates({
  processor,
  state: { calendar, ledger },
}: ProcessorRequest): readonly CalendarDate[] {
  const attempts = ledger.get(processor.id);
  return ownDays(calendar, everyOf(processor))
    .map(({ date }) => date)
    .filter((date) => {
      const attempt = attempts?.get(date)?.attempt;
      return attempt?.status === "committed" || isAuditRefusal(attempt?.error);
    });
}

/** Why a processor is not audited; undefined when it is. */
function whyNot(
  { processor, effects }: ProcessorRequest,
  computed: readonly CalendarDate[],
): string | undefined {
  if (writesItself(processor)) {
    return "its command writes the table itself, so that it cannot be asked without writing";
  }
  if (processor.step.kind === "command" && effects === undefined) {
    return "its step is a command, which no comment starts";
  }
  return computed.length === 0 ? "none of its dates was computed yet" : undefined;
}

function processorText(
  { processor, notAudited, dates, findings, hints, hintedOn }: ProcessorAudit,
  paint: Paint,
): string {
  if (notAudited !== undefined)
    return `${dates.length === 0 ? processor : paint("bad", processor)}: not audited: ${notAudited}`;
  return [
    audited({ name: processor, dates, findings }, paint),
    ...hints.map((hint) => `  hint: ${windowHintText(hint, { dates: hintedOn.length })}`),
  ].join("\n");
}

function statementText({ kind, name, processor, ...audit }: StatementAudit, paint: Paint): string {
  const subject = kind === "calendar" ? "the calendar" : `${kind} "${name}" of ${processor}`;
  if (audit.dates.length === 0) return `${subject}: not audited: there is no date to ask about`;
  return audited({ name: subject, ...audit }, paint);
}

function audited(
  {
    name,
    dates,
    findings,
  }: {
    readonly name: string;
    readonly dates: readonly string[];
    readonly findings: readonly EdgeFinding[];
  },
  paint: Paint,
): string {
  if (findings.length === 0)
    return `${paint("good", name)}: its windows are true on ${countOf(dates.length, "date")}`;
  return findings.map((finding) => `${paint("bad", name)}: ${windowFindingText(finding)}`).join("\n");
}
