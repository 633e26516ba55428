import { completeRunbook } from "../../run/complete-runbook.ts";
import { countOf } from "../../domain/format.ts";
import { Fault } from "../../errors.ts";
import { readState } from "../../ledger/read-state.ts";
import { everyOf, ownDays } from "../../plan/calendar/own-days.ts";
import { datesToAudit } from "../../plan/audit/sample-dates.ts";
import { windowHintText, type WindowHint } from "../../plan/audit/wide-edges.ts";
import { windowFindingText, type EdgeFinding, type WindowFinding } from "../../plan/audit/window-finding.ts";
import type { WarehouseState } from "../../plan/plan.ts";
import { selectProcessors } from "../../plan/upstream/select-processors.ts";
import { planStateRange } from "../../plan/waivers/with-waivers.ts";
import { auditDates } from "../../run/audit/audit-windows.ts";
import { findWideEdges } from "../../run/audit/find-wide-edges.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { writesItself } from "../../runbook/writes-itself.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { auditStatements, type StatementAudit } from "../audit-statements.ts";
import { selectionOf } from "./options.ts";
import { tellDrift, type Paint, type TypedCommand, type Typing } from "./typed-command.ts";

/** What `audit` says of one processor. */
type ProcessorAudit = {
  readonly processor: string;
  readonly dates: readonly string[];
  /** Why none of its dates was audited. */
  readonly notAudited?: string;
  readonly findings: readonly WindowFinding[];
  /** What could be narrower as far as `hintedOn` tell; no findings. */
  readonly hints: readonly WindowHint[];
  readonly hintedOn: readonly string[];
};

/** `cascade audit`: whether processors, and statements that declare windows, read no more than these. Exit 1 on a finding. */
export const auditCommand: TypedCommand = {
  summary: "whether processors read no more than their windows declare",
  usage: "cascade audit [runbook] [processor] [selection] [--json]",
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
    for (const processor of runbook.processors.filter(({ id }) => chosen.has(id))) {
      audits.push(await auditProcessor(warehouse, { runbook, processor, state, token }));
    }
    const statements = await auditStatements(
      { warehouse, runbook, calendar: state.calendar },
      { processors: runbook.processors.filter(({ id }) => chosen.has(id)), range: selection.range },
    );
    const findings = [...audits, ...statements].flatMap((audit) => audit.findings);
    return {
      exitCode: findings.length > 0 ? 1 : 0,
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

async function auditProcessor(
  warehouse: Warehouse,
  {
    runbook,
    processor,
    state,
    token,
  }: { runbook: Runbook; processor: Processor; state: WarehouseState; token: string },
): Promise<ProcessorAudit> {
  const attempts = state.ledger.get(processor.id);
  const { calendar } = state;
  const days = ownDays(calendar, everyOf(processor));
  const known = days.map(({ date }) => date);
  const computed = known.filter((date) => {
    const status = attempts?.get(date)?.attempt.status;
    return status === "committed" || status === "failed";
  });
  const notAudited = refusalOf(processor, computed);
  const dates =
    notAudited === undefined
      ? datesToAudit({ calendar: days, definition: processor.definition, computed, audited: new Set() })
      : [];
  let trials = 0;
  function randomId(): string {
    return `audit_${token}_${processor.id}_${(trials += 1)}`;
  }
  const scope = { warehouse, runbook, processor, calendar, randomId };
  const findings = dates.length === 0 ? [] : await auditDates(scope, { dates });
  const isTrue = dates.length > 0 && findings.length === 0;
  const wide = isTrue ? await findWideEdges(scope, dates) : { dates: [], hints: [] };
  const because = notAudited === undefined ? {} : { notAudited };
  return { processor: processor.id, dates, ...because, findings, hints: wide.hints, hintedOn: wide.dates };
}

function refusalOf(processor: Processor, computed: readonly string[]): string | undefined {
  if (writesItself(processor)) {
    return "its command writes the table itself, so that it cannot be asked without writing";
  }
  if (processor.step.kind === "command") return "its step is a command, which runs audit";
  return computed.length === 0 ? "none of its dates was computed yet" : undefined;
}

function processorText(
  {
    processor,
    dates,
    notAudited = "there is no date to ask about",
    findings,
    hints,
    hintedOn,
  }: ProcessorAudit,
  paint: Paint,
): string {
  if (dates.length === 0) return `${processor}: not audited: ${notAudited}`;
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
