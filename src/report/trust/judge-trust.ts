import type { CalendarDate } from "../../domain/calendar-date.ts";
import { undated } from "../../domain/column.ts";
import { isBreach } from "../../domain/rate-verdict.ts";
import type { TableId } from "../../domain/table-id.ts";
import { compareTrust, type TrustFinding, type TrustState } from "../../domain/trust.ts";
import { explainAnswers } from "../../gates/gate-descriptions.ts";
import { findingText } from "../../gates/finding.ts";
import { reasonText } from "../../plan/approval/plan-json.ts";
import { buildPartitions } from "../build/build-partitions.ts";
import type { ReportFacts } from "../facts.ts";
import { statusOfLetter, type PartitionStatus } from "../partition-status.ts";
import { cleanText } from "../text/clean-text.ts";

const longestWhy = 500;
const mostReasons = 5;

/** One thing that keeps a date from being settled. */
type Doubt = { readonly state: TrustState; readonly why: string };

/**
 * What a reader may make of each reported date of each table, by what the report of the same facts says: the status of
 * the partition, what taints it, what the gates object to, the rates of its period. The worst of it holds; what was not
 * looked at, and what a check that failed is about, is never settled.
 */
export function judgeTrust(facts: ReportFacts): readonly TrustFinding[] {
  const doubts = openDoubts(facts);
  const statusDoubts = openStatusDoubts(facts);
  return [
    ...sourcesOf(facts).flatMap((table) =>
      datesOf(facts, undefined).map((date) => {
        return findingOf({ table, processor: undefined, date, run: undefined }, doubts(table, date));
      }),
    ),
    ...processorsOf(facts).flatMap(({ id, table }) =>
      datesOf(facts, id).map((date) => {
        const run = facts.history.newest.get(id)?.get(date)?.runId;
        const own = statusDoubts(id, date);
        return findingOf({ table, processor: id, date, run }, [...own, ...doubts(table, date)]);
      }),
    ),
  ];
}

function findingOf(
  head: Pick<TrustFinding, "table" | "processor" | "date" | "run">,
  doubts: readonly Doubt[],
): TrustFinding {
  const [worst] = doubts.toSorted((left, right) => compareTrust(left.state, right.state));
  const state = worst?.state ?? "settled";
  const reasons = [...new Set(doubts.filter((doubt) => doubt.state === state).map(({ why }) => why))];
  return { ...head, state, why: cleanText(reasons.slice(0, mostReasons).join("; "), longestWhy) };
}

function processorsOf({ runbook, processors }: ReportFacts): ReportFacts["runbook"]["processors"] {
  return runbook.processors.filter(({ id }) => processors?.includes(id) ?? true);
}

/** The sources that were looked at and have dates. */
function sourcesOf({ runbook, gates }: ReportFacts): readonly TableId[] {
  const looked = new Set(gates.gaps?.gaps.tables.map(({ table }) => table));
  return runbook.sources
    .filter(({ table, dateColumn }) => dateColumn !== undated && looked.has(table))
    .map(({ table }) => table);
}

function datesOf({ days, own }: ReportFacts, processor: string | undefined): readonly CalendarDate[] {
  const dates = own?.get(processor);
  return days.map(({ date }) => date).filter((date) => dates?.has(date) ?? true);
}

/** What statuses of partitions mean to readers, where something stands and where nothing does. */
const statusStates: Readonly<Record<PartitionStatus, TrustState>> = {
  none: "settled",
  skipped: "settled",
  complete: "settled",
  "not-eligible": "settled",
  explained: "settled",
  uncounted: "settled",
  frozen: "settled",
  waived: "waived",
  held: "held",
  "not-checked": "held",
  "check-failed": "held",
  pending: "tainted",
  failed: "tainted",
  blocked: "tainted",
  unknown: "tainted",
  untracked: "missing",
};

const statusTexts: Readonly<Partial<Record<PartitionStatus, string>>> = {
  waived: "rows that are absent are accepted by a waiver",
  "not-checked": "it was not checked",
  "check-failed": "its rows could not be counted",
  unknown: "it was planned, and no result was recorded",
  untracked: "rows are absent that nobody accounts for",
};

/** What the status of a partition says against it. */
function openStatusDoubts(facts: ReportFacts): (processor: string, date: CalendarDate) => readonly Doubt[] {
  const ids = processorsOf(facts).map(({ id }) => id);
  const series = new Map(buildPartitions(facts, ids).map((own) => [own.processor, own]));
  const places = new Map(facts.days.map(({ date }, index) => [date, index]));
  return (processor, date) => {
    const [own, index] = [series.get(processor), places.get(date) ?? -1];
    const status = statusOfLetter(own?.statuses[index]);
    const state = statusStates[status];
    if (state === "settled") return [];
    const isStanding = (own?.present[index] ?? 0) > 0 || isCommitted(facts, processor, date);
    const why = whyOf(facts, { status, processor, date });
    return [{ state: state === "tainted" && !isStanding ? "missing" : state, why }];
  };
}

function isCommitted({ history }: ReportFacts, processor: string, date: CalendarDate): boolean {
  return history.newest.get(processor)?.get(date)?.status === "committed";
}

type Doubted = {
  readonly status: PartitionStatus;
  readonly processor: string;
  readonly date: CalendarDate;
};

function whyOf(facts: ReportFacts, { status, processor, date }: Doubted): string {
  if (status === "held") return heldText(facts, processor, date);
  const error = facts.history.newest.get(processor)?.get(date)?.error;
  return statusTexts[status] ?? error ?? plannedText(facts, processor, date) ?? status;
}

/** Why a plan would build it, or cannot. */
function plannedText({ pending }: ReportFacts, processor: string, date: CalendarDate): string | undefined {
  const cell = pending?.cells.find((one) => one.processor === processor && one.reasons.has(date));
  const reason = cell?.reasons.get(date);
  if (reason !== undefined) return `it is to be built: ${reasonText(reason)}`;
  const skipped = pending?.skipped.find((one) => one.processor === processor && one.dates.includes(date));
  if (skipped?.reason.kind !== "blocked-by") return undefined;
  return `it waits for ${skipped.reason.upstream} ${skipped.reason.date}`;
}

function heldText({ runbook, held = [] }: ReportFacts, processor: string, date: CalendarDate): string {
  const table = runbook.processors.find(({ id }) => id === processor)?.table;
  const gates = held.filter((hold) => hold.table === table && hold.dates.includes(date));
  return `the gate ${gates.map(({ gate }) => gate).join(", ")} holds it back`;
}

/** What is said of tables and dates beside the status of partitions. */
function openDoubts(facts: ReportFacts): (table: TableId, date: CalendarDate) => readonly Doubt[] {
  const found = [...objected(facts), ...tainted(facts), ...rated(facts), ...sourceDoubts(facts)];
  const byTable = Map.groupBy(found, ({ table }) => table);
  const everywhere = [...(byTable.get(undefined) ?? []), ...unlocated(facts)];
  return (table, date) =>
    [...(byTable.get(table) ?? []), ...everywhere].filter(({ on }) => on === undefined || on.has(date));
}

/** A doubt of a table, of all where it has none, on some dates, on all where it has none. */
type LocatedDoubt = Doubt & {
  readonly table: string | undefined;
  readonly on: ReadonlySet<string> | undefined;
};

/** Rates have their periods, and what an upstream does to its readers is said of these as a taint. */
const saidElsewhere: ReadonlySet<string> = new Set(["rate", "upstream", "through"]);
const absences: ReadonlySet<string> = new Set(["absent", "no-data"]);

function objected({ objections = [], runbook }: ReportFacts): readonly LocatedDoubt[] {
  return objections
    .filter(({ kind }) => !saidElsewhere.has(kind))
    .map((finding) => ({
      table: finding.table === runbook.calendar.table ? undefined : finding.table,
      on: finding.date === undefined ? undefined : new Set([finding.date]),
      state: absences.has(finding.kind) ? "missing" : "held",
      why: `${finding.check}: ${findingText(finding)}`,
    }));
}

/** Checks that failed and are found at no table: nothing is sure then. */
function unlocated({ gates, objections = [], runbook }: ReportFacts): readonly LocatedDoubt[] {
  return explainAnswers(gates).flatMap(({ kind, check }) => {
    const { state, detail } = check(runbook);
    const isLocated = objections.some((one) => one.check === kind && one.kind === "check-failed");
    if (state !== "check-failed" || isLocated) return [];
    return [{ table: undefined, on: undefined, state: "held" as const, why: `${kind}: ${detail}` }];
  });
}

function tainted({ gates, runbook }: ReportFacts): readonly LocatedDoubt[] {
  return (gates.contamination?.taints ?? []).map(({ processor, date, because }) => ({
    table: runbook.processors.find(({ id }) => id === processor)?.table,
    on: new Set([date]),
    state: "tainted",
    why: because,
  }));
}

/** Budgets: whoever reads a date of a period relies on the rate of all of it. */
function rated({ gates, runbook, days }: ReportFacts): readonly LocatedDoubt[] {
  return (gates.budget?.verdicts ?? []).flatMap(({ processor, period, verdict }) => {
    const isExceeded = isBreach(verdict);
    if (!isExceeded && verdict !== "exceeded (waived)") return [];
    return {
      table: runbook.processors.find(({ id }) => id === processor)?.table,
      on: new Set(days.filter((day) => day.period === period).map(({ date }) => date)),
      state: isExceeded ? ("held" as const) : ("waived" as const),
      why: `the budget of ${processor} ${period} is ${verdict}`,
    };
  });
}

/** What gates hold of sources, and which of their gaps waivers accept. */
function sourceDoubts({ gates, held = [], runbook }: ReportFacts): readonly LocatedDoubt[] {
  const sources = new Set<string>(runbook.sources.map(({ table }) => table));
  const holds = held.filter(({ table }) => sources.has(table));
  return [
    ...holds.map(({ gate, table, dates }) => ({
      table,
      on: new Set<string>(dates),
      state: "held" as const,
      why: `the gate ${gate} holds it back`,
    })),
    ...(gates.gaps?.gaps.tables ?? []).flatMap(({ table, accepted }) =>
      accepted.map(({ date, because }) => {
        return { table, on: new Set<string>([date]), state: "waived" as const, why: because };
      }),
    ),
  ];
}
