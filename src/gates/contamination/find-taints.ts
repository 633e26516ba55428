import type { CalendarDate, DateRange } from "../../domain/calendar-date.ts";
import { readsSomeOnly } from "../../domain/window.ts";
import { createDateFlags, type DateFlags } from "../../plan/calendar/date-flags.ts";
import type { Attempt, WarehouseState } from "../../plan/plan.ts";
import { createSettledWindows, type SettledWindows } from "../../plan/versions/settled-windows.ts";
import { emptyContent, settlementOf } from "../../plan/versions/settlement.ts";
import { stateTimeline, type Timeline } from "../../plan/calendar/timeline.ts";
import { everyOf, wholeRange, widestRange } from "../../plan/calendar/own-days.ts";
import { partitionedOf, upstreamsOf, type Upstream } from "../../plan/upstream/upstream.ts";
import { createFingerprints, type Fingerprints } from "../../plan/versions/window-fingerprint.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";
import { createRewriteFinder, nameOf } from "./rewritten-dates.ts";
import { becauseOf, type Taint, type TaintCause } from "./taint.ts";

/**
 * Every partition up to the range's end, weeks and months in it whole, that exists and was built from upstream that was incomplete or has since been
 * rewritten, by windows, directly or through others; and those whose own rows are not what was committed. Ascending by
 * processor (in the runbook's order) and date. The state has to reach back to the start of the range's first season.
 */
export function findTaints(runbook: Runbook, state: WarehouseState, range: DateRange): readonly Taint[] {
  const ofRunbook = found.get(state) ?? new WeakMap<Runbook, Map<string, readonly Taint[]>>();
  found.set(state, ofRunbook);
  const byRange = ofRunbook.get(runbook) ?? new Map<string, readonly Taint[]>();
  ofRunbook.set(runbook, byRange);
  const key = `${range.from} ${range.to}`;
  const taints = byRange.get(key) ?? searchTaints(runbook, state, range);
  byRange.set(key, taints);
  return taints;
}

/** What was found before: several gates look at one state, which nobody changes. */
const found = new WeakMap<WarehouseState, WeakMap<Runbook, Map<string, readonly Taint[]>>>();

function searchTaints(runbook: Runbook, state: WarehouseState, range: DateRange): readonly Taint[] {
  const timeline = stateTimeline(runbook, state);
  const search: Search = {
    state,
    timeline,
    range: widestRange(runbook, range),
    fingerprints: createFingerprints(runbook, state, { timeline }),
    windows: createSettledWindows(runbook, state),
    tainted: new Map(),
  };
  const upstreams = upstreamsOf(runbook);
  return runbook.processors.flatMap((processor) =>
    taintsOf(search, { processor, upstreams: upstreams.get(processor.id) ?? [] }),
  );
}

/** Taints of the scope's processors on its days; what they take from others is searched everywhere. */
export function taintsIn(scope: GateScope): readonly Taint[] {
  const own = new Map(
    scope.processors.map((processor) => {
      return [processor.id, new Set(ownScope(scope, processor).days.map(({ date }) => date))];
    }),
  );
  return findTaints(scope.runbook, scope.state, scope.range).filter(({ processor, date }) => {
    return own.get(processor)?.has(date);
  });
}

type Search = {
  readonly state: WarehouseState;
  readonly timeline: Timeline;
  readonly range: DateRange;
  readonly fingerprints: Fingerprints;
  readonly windows: SettledWindows;
  /** Settled but tainted dates of the tables that were looked at before. */
  readonly tainted: Map<string, DateFlags>;
};

type Reader = { readonly processor: Processor; readonly upstreams: readonly Upstream[] };

function taintsOf(search: Search, reader: Reader): readonly Taint[] {
  const { processor } = reader;
  const flags = createDateFlags(search.timeline.dates.length);
  search.tainted.set(processor.table, flags);
  const built = indexesUpTo(search, processor).filter((index) =>
    isBuilt(search, processor, dateAt(search, index)),
  );
  const rewrittenOn = createRewriteFinder(search, { ...reader, built });
  return built.flatMap((index) => {
    const date = dateAt(search, index);
    const own = ownCauses(search, processor, date);
    const causes = [
      ...own,
      ...unsettledCauses(search, processor, date),
      ...rewrittenOn(index),
      ...throughCauses(search, reader, index),
    ];
    if (causes.length === 0) return [];
    flags.set(
      index,
      own.every(({ kind }) => kind !== "content"),
    );
    return [{ processor: processor.id, date, causes, because: becauseOf(causes) }];
  });
}

/** A processor's dates from the start of the range's first season to its end, as timeline indexes. */
function indexesUpTo(
  { timeline, range }: Pick<Search, "timeline" | "range">,
  processor: Processor,
): readonly number[] {
  const days = timeline.daysOf(processor);
  const own = wholeRange(everyOf(processor), range);
  const first = timeline.dates.findIndex((date, index) => date >= own.from && days[index] !== undefined);
  const from = timeline.spanOf({ kind: "season-to-date" }, processor).from[first] ?? 0;
  return [...timeline.dates.keys()].filter(
    (index) => index >= from && (timeline.dates[index] ?? "") <= own.to && days[index] !== undefined,
  );
}

/** Whether anything of the partition exists that could be wrong; what is frozen stays as it is. */
function isBuilt({ state }: Search, processor: Processor, date: CalendarDate): boolean {
  if (state.frozen?.get(processor.id)?.has(date) === true) return false;
  const attempt = state.ledger.get(processor.id)?.get(date)?.attempt;
  return attempt?.status === "committed" || (state.content.get(processor.table)?.get(date)?.rows ?? 0) > 0;
}

function ownCauses(
  { state, fingerprints }: Search,
  processor: Processor,
  date: CalendarDate,
): readonly TaintCause[] {
  const settlement = settlementOf(processor, date, state);
  const attempt: Attempt | undefined = state.ledger.get(processor.id)?.get(date)?.attempt;
  if (settlement.kind === "unsettled") {
    const content = state.content.get(processor.table)?.get(date) ?? emptyContent;
    const isSameRows = attempt?.rows === content.rows && attempt.rowsVersion === content.version;
    const why = settlement.why === "content-differs" && isSameRows ? "failures-differ" : settlement.why;
    return [{ kind: "content", why }];
  }
  return attempt?.definition === fingerprints.definitionOf(processor.id) ? [] : [{ kind: "definition" }];
}

function unsettledCauses(
  { windows }: Search,
  processor: Processor,
  date: CalendarDate,
): readonly TaintCause[] {
  return windows
    .unsettledUpstreamOf(processor.id, date)
    .flatMap(({ table, processor: id, dates, mayDepend }) => {
      const [first] = dates;
      if (first === undefined) return [];
      const cause = { kind: "unsettled", upstream: id ?? table, first, count: dates.length } as const;
      return [mayDepend ? { ...cause, mayDepend } : cause];
    });
}

function throughCauses(search: Search, { upstreams }: Reader, index: number): readonly TaintCause[] {
  const byTable = Map.groupBy(upstreams, ({ edge }) => edge.table);
  return [...byTable].flatMap(([table, edges]): readonly TaintCause[] => {
    const flags = search.tainted.get(table);
    const [edge] = edges;
    if (flags === undefined || edge === undefined) return [];
    const members = membersOf(search, { flags, upstreams: edges, index });
    if (members.size === 0) return [];
    const first = dateAt(search, Math.min(...members));
    const mayDepend = membersOf(search, { flags, upstreams: edges.filter(isSure), index }).size === 0;
    const cause = { kind: "through", upstream: nameOf(edge), first, count: members.size } as const;
    return [mayDepend ? { ...cause, mayDepend } : cause];
  });
}

function isSure({ edge }: Upstream): boolean {
  return !readsSomeOnly(edge.window);
}

function membersOf(
  search: Search,
  {
    flags,
    upstreams,
    index,
  }: { readonly flags: DateFlags; readonly upstreams: readonly Upstream[]; readonly index: number },
): ReadonlySet<number> {
  return new Set(upstreams.flatMap((upstream) => membersIn(search, { flags, upstream, index })));
}

function membersIn(
  { timeline }: Search,
  { flags, upstream, index }: { flags: DateFlags; upstream: Upstream; index: number },
): readonly number[] {
  const span = timeline.spanOf(upstream.edge.window, partitionedOf(upstream.producer));
  const end = span.to[index] ?? 0;
  const members: number[] = [];
  let next = flags.firstIn(span.from[index] ?? 0, end);
  while (next !== undefined) {
    members.push(next);
    next = flags.firstIn(next + 1, end);
  }
  return members;
}

function dateAt({ timeline }: Pick<Search, "timeline">, index: number): CalendarDate {
  const date = timeline.dates[index];
  if (date === undefined) throw new Error(`No date at ${index}`);
  return date;
}
