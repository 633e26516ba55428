import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Hold } from "../domain/locks.ts";
import { readLeases } from "../ledger/read-leases.ts";
import { compareDates, hullOf, type DateRange } from "../domain/calendar-date.ts";
import type { GateAnswers } from "../gates/gate-answers.ts";
import { gateDescriptions, locateObjections } from "../gates/gate-descriptions.ts";
import { askGates, openReading } from "../gates/gate-readers.ts";
import { gateStateRange, wholePeriods } from "../gates/gate-range.ts";
import { openGateScope, type GateScope, type ScopeRequest } from "../gates/gate-scope.ts";
import { ownScope } from "../gates/own-scope.ts";
import { coverageWithin } from "../gates/coverage/coverage-within.ts";
import { keepAnswers } from "../gates/keep-answers.ts";
import { rememberAnswers } from "../gates/remember-answers.ts";
import { createAnswerMemory, type AnswerMemory } from "../ledger/kept-answers.ts";
import { sumChanges } from "../domain/change.ts";
import { readChanges } from "../ledger/recorded-changes.ts";
import { readOrigins } from "../ledger/read-origins.ts";
import type { RecordedRun } from "../ledger/read-runs.ts";
import { decideOn, makeChecks, readHeld } from "./make-checks.ts";
import { readState } from "../ledger/read-state.ts";
import { allDays, coarseEveries } from "../plan/calendar/own-days.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { parsePlanRecord, parseSelection } from "../plan/approval/plan-record.ts";
import type { CalendarDay, Plan, Selection } from "../plan/plan.ts";
import { gapWaived } from "../plan/waivers/with-waivers.ts";
import { buildModel } from "../report/build-model.ts";
import type { GateFacts, ReportContext, ReportFacts } from "../report/facts.ts";
import type { ReportModel } from "../report/model.ts";
import { parseReport } from "../report/render-json.ts";
import { collectReport } from "./collect-report.ts";
import { approvalStaleness, planStaleness, type PlanWorld } from "./plan-staleness.ts";
import { gateTraits } from "../runbook/gate-traits.ts";
import { gateKinds, type Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { loosenings } from "../runbook/policy/loosenings.ts";
import { parsePolicy } from "../runbook/policy/recorded-policy.ts";

/** What a report is asked for; `plan` is that of the run it reports on, when one was just made. */
export type ReportRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  /** Folder in which the report before this one lies; undefined where it is compared with none. */
  readonly out: string | undefined;
  readonly context: ReportContext;
  readonly plan?: { readonly cells: NonNullable<ReportFacts["planned"]> } | undefined;
  /** Whether somebody holds the runbook on GitHub; absent where nobody asked there. */
  readonly hold?: Hold | undefined;
  /** Planned cells that left no record. */
  readonly lost?: ReportFacts["lost"];
  /** Digest of the plan that somebody approved. */
  readonly approved?: string | undefined;
  /** What is weaker in the policy, where it was compared already; else it is set against that of the last runs. */
  readonly loosened?: readonly string[] | undefined;
  /** Answers that may stand. */
  readonly answers?: AnswerMemory | undefined;
};

/** Makes every check over the selection, its budgets over whole periods, reads the ledger, and builds the report; writes nothing. */
export async function reportOn(warehouse: Warehouse, request: ReportRequest): Promise<ReportModel> {
  return buildModel(await readFacts(warehouse, request));
}

/** The facts of a report in which every check was made. */
export type CheckedFacts = ReportFacts & {
  readonly gates: GateFacts & Pick<GateAnswers, "coverage" | "budget">;
};

/** Makes every check and reads the ledger: what a report is built from. Writes nothing. */
export async function readFacts(warehouse: Warehouse, request: ReportRequest): Promise<CheckedFacts> {
  const { runbook, selection, context } = request;
  const { range, dates } = selection;
  const { runs, ...history } = await collectReport(warehouse, { runbook, range });
  const [run] = runs;
  const once = rememberAnswers(warehouse);
  const reach = stateRange(runbook, { range, run });
  const state = await readState(once, runbook, reach);
  const { answers: memory = createAnswerMemory() } = request;
  const remembering = await keepAnswers(once, { runbook, state, range: reach, memory });
  const asked = { ...(dates === undefined ? {} : { dates }), range };
  const own = { ...asked, ...processorsOf(selection) };
  const { scope, accounts } = await openScopes(remembering, { runbook, state, today: context.today, ...own });
  const checks = await makeChecks(remembering, { accounts, values: scope, sources: scope });
  const { answers, causes } = checks;
  const others = await askOthers(remembering, scope, answers);
  const coverage = coverageWithin(answers.coverage, scope);
  const all = { ...others, ...answers, coverage };
  const held = await readHeld(remembering, {
    runbook,
    ...asked,
    today: context.today,
    answers: memory,
  });
  const isWaived = gapWaived(scope.waivers);
  const pending = planBackfill(runbook, scope.state, { ...own, isWaived });
  return {
    runbook,
    range,
    days: reportedDays(scope),
    own: ownDates(scope),
    processors: scope.processors.map(({ id }) => id),
    gates: { ...all, waivers: scope.waivers },
    objections: locateObjections(all, (kind) => (gateTraits[kind].extent === "periods" ? accounts : scope)),
    history,
    pending,
    changed: await readChanged(once, runbook, { ...originOf(run), ...context }),
    origins: await readOrigins(once, runbook),
    locks: {
      ...(request.hold === undefined ? {} : { hold: request.hold }),
      leases: await readLeases(once, runbook),
    },
    planned: request.plan?.cells,
    lost: request.lost,
    stopped: run?.isStopped === true ? plannedBy(run, scope) : undefined,
    unended: run?.hasEnded === false ? (plannedBy(run, scope) ?? pending.cells) : undefined,
    held,
    decisions: decideOn(scope, { checks, held, selection: own }),
    causes: causes.counts,
    loosened: request.loosened ?? loosenedSince(runbook, runs),
    stale: staleFacts({ runbook, state: scope.state, isWaived }, { request, runs, pending }),
    previous: await previousReport(request.out, runbook.name),
    context: { ...originOf(run), warehouse: warehouse.address, ...context },
  };
}

/** What a run was to build; undefined where its record cannot be read. */
function plannedBy(run: RecordedRun, { runbook, state }: GateScope): ReportFacts["stopped"] {
  return parsePlanRecord(run, allDays(runbook, state.calendar))?.units;
}

async function readChanged(
  warehouse: Warehouse,
  runbook: Runbook,
  { runId }: Partial<ReportContext>,
): Promise<ReportFacts["changed"]> {
  const isLimited = runbook.processors.some(({ changes }) => changes !== undefined);
  if (runId === undefined || !isLimited) return undefined;
  const changes = await readChanges(warehouse, runbook, runId);
  return runbook.processors.flatMap(({ id }) => {
    const own = changes.get(id);
    return own === undefined ? [] : [sumChanges(id, own)];
  });
}

/** The days of a scope, and those that weeks and months in it are named by. */
function reportedDays(scope: GateScope): readonly CalendarDay[] {
  const days = scope.processors.flatMap((processor) => ownScope(scope, processor).days);
  const all = new Map([...days, ...scope.days].map((day) => [day.date, day]));
  return [...all.values()].toSorted((left, right) => compareDates(left.date, right.date));
}

function ownDates(scope: GateScope): ReportFacts["own"] {
  if (coarseEveries(scope.runbook).length === 0) return undefined;
  const own = scope.processors.map((processor) => {
    return [processor.id, new Set(ownScope(scope, processor).days.map(({ date }) => date))] as const;
  });
  return new Map([[undefined, new Set(scope.days.map(({ date }) => date))], ...own]);
}

/** What is recorded of the run that a report is about. */
function originOf(run: RecordedRun | undefined): Partial<ReportContext> {
  const { runId, digest, requestedBy, reason } = run ?? {};
  return { runId, digest, requestedBy, reason };
}

/** Asks what the runbook's report has beside what decisions rest on. */
function askOthers(
  warehouse: Warehouse,
  scope: GateScope,
  answers: Partial<GateAnswers>,
): Promise<Partial<GateAnswers>> {
  const { runbook } = scope;
  const kinds = gateKinds.filter((kind) => !(kind in answers) && gateDescriptions[kind].isAsked(runbook));
  const reading = openReading(warehouse, scope);
  return askGates(kinds, () => reading);
}

/** What was asked for, and the whole periods that its budgets are judged over. */
async function openScopes(
  warehouse: Warehouse,
  request: ScopeRequest,
): Promise<{ readonly scope: GateScope; readonly accounts: GateScope }> {
  const { dates: _, ...whole } = request;
  const range = wholePeriods(request.runbook, request.range);
  const scope = await openGateScope(warehouse, request);
  const accounts = await openGateScope(warehouse, { ...whole, range, selected: request });
  return { scope, accounts };
}

type Asked = Pick<Selection, "processors" | "phases">;

function processorsOf({ processors, phases }: Selection): Asked {
  return {
    ...(processors === undefined ? {} : { processors }),
    ...(phases === undefined ? {} : { phases }),
  };
}

/** What gates have to see, and what the plan of the last run was about. */
function stateRange(
  runbook: Runbook,
  { range, run }: { readonly range: DateRange; readonly run: RecordedRun | undefined },
): DateRange {
  const gates = gateStateRange(runbook, range);
  const ran = run === undefined ? undefined : parseSelection(run.selection)?.range;
  return hullOf([gates.from, gates.to, ...(ran === undefined ? [] : [ran.from, ran.to])]) ?? gates;
}

/**
 * Whether plans still hold: that of the run which is reported on, if it had one, and one that was approved. Where nothing
 * of what is asked for is to be built, planning again would change nothing, whatever has moved elsewhere.
 */
function staleFacts(
  world: PlanWorld,
  found: {
    readonly request: ReportRequest;
    readonly runs: readonly RecordedRun[];
    readonly pending: Plan;
  },
): readonly string[] {
  const { request, runs, pending } = found;
  const { approved, context } = request;
  const run = runs.find(({ runId }, rank) =>
    context.runId === undefined ? rank === 0 : runId === context.runId,
  );
  const { units, blocked } = pending.totals;
  const isDone = units + blocked === 0;
  return [
    run === undefined || isDone ? undefined : planStaleness(run, world),
    approved === undefined ? undefined : approvalStaleness(approved, { runs, now: pending }),
  ].filter((text) => text !== undefined);
}

/** The report before this one, if its folder has one of the same runbook and schema. */
async function previousReport(out: string | undefined, runbook: string): Promise<ReportModel | undefined> {
  if (out === undefined) return undefined;
  const text = await readFile(join(out, "report.json"), "utf8").catch(() => undefined);
  const report = text === undefined ? undefined : parseReport(text);
  return report?.runbook.name === runbook ? report : undefined;
}

/**
 * What the policy forgives now and did not when the newest run was made; if nothing, when the run before it was made:
 * a run by a weaker policy says so itself. One line a change; empty when nothing is weaker, or nothing was run before.
 */
function loosenedSince(
  runbook: Runbook,
  runs: readonly Pick<RecordedRun, "runId" | "policy">[],
): readonly string[] {
  for (const { runId, policy } of runs) {
    const before = parsePolicy(policy);
    if (before === undefined) {
      return [`Whether the policy is weaker than in run ${runId} is not known: its record cannot be read`];
    }
    const found = loosenings(before, runbook);
    if (found.length > 0) {
      return found.map(
        ({ subject, before: old, after }) => `Weaker since run ${runId}, ${subject}: ${old} → ${after}`,
      );
    }
  }
  return [];
}
