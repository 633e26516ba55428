import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { isWithin } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import { createAnswerMemory, type AnswerMemory } from "../ledger/kept-answers.ts";
import { recordGate } from "../ledger/record-gates.ts";
import type { WarehouseState } from "../plan/plan.ts";
import { readsByProcessor, upstreamsOf } from "../plan/upstream/upstream.ts";
import { gateTraits } from "../runbook/gate-traits.ts";
import type { Gate, GateKind, Runbook } from "../runbook/runbook.ts";
import { withUpstream } from "../runbook/upstream.ts";
import { openQueryPool } from "../warehouse/query-pool.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { gateStateRange, wholePeriods } from "./gate-range.ts";
import { gateResult, type GateJudgement, type GateResult } from "./gate-result.ts";
import type { GateAnswer } from "./gate-answers.ts";
import { gateDescriptions } from "./gate-descriptions.ts";
import { gateReaders, openReading } from "./gate-readers.ts";
import { openGateScope, type GateScope } from "./gate-scope.ts";
import { allDates } from "./own-scope.ts";
import { resultWithoutState, tryState } from "./unreadable-state.ts";
import { keepAnswers } from "./keep-answers.ts";
import { rememberAnswers } from "./remember-answers.ts";

/** What a barrier of gates looks at. */
export type GateRequest = {
  readonly runbook: Runbook;
  readonly range: DateRange;
  /** Explicit dates inside the range. */
  readonly dates?: readonly CalendarDate[];
  /** The day on which waivers are judged. */
  readonly today: CalendarDate;
  /** Answers that may stand; absent: only those that the ledger keeps, and none is kept. */
  readonly answers?: AnswerMemory;
};

/**
 * Reads the state as it is now and runs gates on it, in the order given; no question is asked twice. Records nothing.
 * A state that cannot be read makes every gate `check-failed`, and violates contracts when it is the schema that drifted.
 */
export async function runGates(
  warehouse: Warehouse,
  request: GateRequest,
  gates: readonly Gate[],
): Promise<readonly GateResult[]> {
  if (gates.length === 0) return [];
  const { runbook, range } = request;
  const state = await tryState(warehouse, runbook, gateStateRange(runbook, range));
  if (state instanceof Fault) return gates.map((gate) => resultWithoutState(gate, { range, fault: state }));
  await using pool = openQueryPool(warehouse);
  const { answers = createAnswerMemory() } = request;
  const ground = { runbook, state, range: gateStateRange(runbook, range), memory: answers };
  const remembering = rememberAnswers(await keepAnswers(pool, ground));
  const results: GateResult[] = [];
  for (const gate of gates) results.push(await runGate(remembering, { ...request, state }, gate));
  return results;
}

/** Runs one gate on a state that was read over `gateStateRange`. A check that cannot run makes it `check-failed`. */
async function runGate(
  warehouse: Warehouse,
  request: GateRequest & { readonly state: WarehouseState },
  gate: Gate,
): Promise<GateResult> {
  const scope = await scopeOfGate(warehouse, request, gate);
  const { kind } = gate;
  const answer = await gateReaders[kind](openReading(warehouse, scope, gate));
  const judgement = judge(scope, { kind, gate, answer });
  const result = gateResult(gate, { range: request.range, all: allDates(scope) }, narrow(judgement, request));
  return request.dates === undefined ? result : { ...result, dates: request.dates };
}

/** Enters a gate's result into the ledger, the summary inside its detail, and before it the dates where some were named. */
export async function recordGateResult(
  warehouse: Warehouse,
  ledger: string,
  {
    result,
    runId,
    checkedAt,
  }: { readonly result: GateResult; readonly runId: string; readonly checkedAt: Date },
): Promise<void> {
  const { gate, kind, status, blocking, range, held, summary, exitCode, dates } = result;
  const looked = dates === undefined ? {} : { dates };
  const detail = JSON.stringify({ ...looked, summary, exitCode, ...result.detail });
  await recordGate(warehouse, ledger, {
    runId,
    gate,
    kind,
    status,
    blocking,
    range,
    held,
    detail,
    checkedAt,
  });
}

/**
 * The gate's processors as far as they have run by then (those of `after` and all that they read), and the sources
 * that its processors read. Budgets are judged over whole periods.
 */
async function scopeOfGate(
  warehouse: Warehouse,
  request: GateRequest & { readonly state: WarehouseState },
  gate: Gate,
): Promise<GateScope> {
  const { runbook, range, dates } = request;
  const hasRun = withUpstream(readsByProcessor(runbook), gate.after);
  const isWhole = gateTraits[gate.kind].extent === "periods";
  return openGateScope(warehouse, {
    ...request,
    range: isWhole ? wholePeriods(runbook, range) : range,
    ...(isWhole || dates === undefined ? {} : { dates }),
    selected: dates === undefined ? { range } : { range, dates },
    processors: gate.processors.filter((id) => hasRun.has(id)),
    sources: sourcesOf(runbook, gate.processors),
  });
}

function sourcesOf(
  runbook: Runbook,
  processors: readonly string[],
): readonly Runbook["sources"][number]["table"][] {
  const upstreams = upstreamsOf(runbook);
  const read = processors.flatMap((id) => upstreams.get(id) ?? []);
  return [
    ...new Set(read.flatMap(({ producer }) => (producer.kind === "source" ? [producer.source.table] : []))),
  ];
}

function judge<Kind extends GateKind>(
  scope: GateScope,
  asked: { readonly kind: Kind; readonly gate: Gate; readonly answer: GateAnswer<Kind> },
): GateJudgement {
  return gateDescriptions[asked.kind].judge(scope, asked);
}

/** Only dates of the request are held back, also where a gate looked at more. */
function narrow(judgement: GateJudgement, { range, dates }: GateRequest): GateJudgement {
  const held = judgement.held
    .map((entry) => ({
      ...entry,
      dates: entry.dates.filter((date) => isWithin(date, range) && (dates?.includes(date) ?? true)),
    }))
    .filter((entry) => entry.dates.length > 0);
  return { ...judgement, held };
}
