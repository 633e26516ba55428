import { tupleText } from "../../domain/tuple-text.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Processor } from "../../runbook/runbook.ts";
import { changeSince, ownReason } from "../versions/own-reason.ts";
import { runWithUpstream, showGaps, showWhy } from "./plan-commands.ts";
import type { UnitRole } from "./unit-roles.ts";
import type { PlanScope, UnitVerdict, UnitVerdicts } from "./unit-verdict.ts";
import { createUpstreamMarks, type UpstreamMarks, type UpstreamUnit } from "./upstream-marks.ts";

const outside: UnitVerdict = { kind: "outside" };
const waived: UnitVerdict = { kind: "skip", reason: { kind: "waived" } };
const withdrawn: UnitVerdict = { kind: "run", reason: { kind: "withdrawn" } };
const upToDate: UnitVerdict = { kind: "skip", reason: { kind: "up-to-date" } };

/**
 * Decides for every unit with a role whether it runs, and why. A unit that is up to date stays so whatever is wrong
 * around it: only what has to run can be blocked.
 */
export function judgeUnits(scope: PlanScope): UnitVerdicts {
  const verdicts = new Map<string, (UnitVerdict | undefined)[]>();
  const known: JudgedSoFar = { scope, verdicts, marks: createUpstreamMarks(scope), reasons: new Map() };
  for (const processor of scope.runbook.processors) {
    const roles = scope.roles.get(processor.id) ?? [];
    const own: (UnitVerdict | undefined)[] = scope.timeline.dates.map(() => undefined);
    verdicts.set(processor.id, own);
    for (const [index, date] of scope.timeline.dates.entries()) {
      const role = roles[index];
      if (role === undefined) continue;
      own[index] = judgeAnyUnit(known, { processor, date, index, role });
      known.marks.mark(processor.table, index, own[index]);
    }
  }
  return verdicts;
}

/** What is known when a unit is judged: all upstream of it. `reasons` keeps equal ones one object. */
type JudgedSoFar = {
  readonly scope: PlanScope;
  readonly verdicts: UnitVerdicts;
  readonly marks: UpstreamMarks;
  readonly reasons: Map<string, UnitVerdict>;
};

type Unit = {
  readonly processor: Processor;
  readonly date: CalendarDate;
  readonly index: number;
  readonly role: UnitRole;
};

/** What has expired comes before everything else: a unit that reads it stays as it is, whatever its dates have become. */
function judgeAnyUnit(known: JudgedSoFar, unit: Unit): UnitVerdict | undefined {
  const { state, timeline } = known.scope;
  const by = state.frozen?.get(unit.processor.id)?.get(unit.date);
  if (by === undefined) {
    return timeline.daysOf(unit.processor)[unit.index] === undefined ? withdrawn : judgeUnit(known, unit);
  }
  if (unit.role === "outside" || unit.role === "upstream") return undefined;
  const { upstream, date } = by;
  return shared(known, tupleText(["frozen", upstream, date]), () => {
    return { kind: "skip", reason: { kind: "frozen", upstream, date } };
  });
}

function judgeUnit(known: JudgedSoFar, unit: Unit): UnitVerdict | undefined {
  const own = ownReason(unit.processor, unit.date, known.scope);
  if (unit.role === "outside") return own && outside;
  const isForced = known.scope.selection.force === true && unit.role === "selected";
  if (!isForced && own?.kind === "failed" && isWaived(known.scope, unit)) return waived;
  const run =
    own === undefined ? runAlthoughCurrent(known, unit, isForced) : { kind: "run" as const, reason: own };
  if (run === undefined) return unit.role === "upstream" ? undefined : builtVerdict(known, unit);
  const blocker = known.marks.firstBlocking(unit.processor.id, unit.index);
  return blocker === undefined ? run : blockedBy(known, blocker);
}

function builtVerdict(known: JudgedSoFar, { processor, date }: Unit): UnitVerdict {
  const gate = known.scope.state.held.get(processor.id)?.get(date);
  if (gate === undefined) return upToDate;
  return shared(known, `held ${gate}`, () => ({ kind: "skip", reason: { kind: "held", gate } }));
}

/** A waiver in force holds a failed attempt back until something changes that could make it succeed. */
function isWaived(scope: PlanScope, { processor, date }: Unit): boolean {
  const isInForce = scope.selection.isWaived?.(processor.id, date) ?? false;
  return isInForce && changeSince(processor, date, scope) === undefined;
}

function runAlthoughCurrent(known: JudgedSoFar, unit: Unit, isForced: boolean): UnitVerdict | undefined {
  if (isForced) return { kind: "run", reason: { kind: "forced" } };
  const upstream = known.marks.firstRunning(unit.processor.id, unit.index);
  return upstream && downstreamOf(known, upstream);
}

function downstreamOf(known: JudgedSoFar, { name: processor, date }: UpstreamUnit): UnitVerdict {
  return shared(known, tupleText(["run", processor, date]), () => {
    return { kind: "run", reason: { kind: "downstream-of", processor, date } };
  });
}

function blockedBy(known: JudgedSoFar, blocker: UpstreamUnit): UnitVerdict {
  const { name: upstream, date, mayDepend } = blocker;
  return shared(known, tupleText([mayDepend ? "may-skip" : "skip", upstream, date]), () => {
    const command = commandFor(known, blocker);
    const reason = { kind: "blocked-by", upstream, date, command } as const;
    return { kind: "skip", reason: mayDepend ? { ...reason, mayDepend } : reason };
  });
}

/** What to do about a blocker; about one that is blocked itself, what to do about the first of the chain. */
function commandFor({ scope, verdicts }: JudgedSoFar, { kind, name, date, index }: UpstreamUnit): string {
  if (kind === "source") return showGaps(scope.runbook, { from: date, to: date });
  const verdict = verdicts.get(name)?.[index];
  if (verdict?.kind !== "skip") return runWithUpstream(scope.runbook, scope.selection);
  return verdict.reason.kind === "blocked-by"
    ? verdict.reason.command
    : showWhy(scope.runbook, { name, date });
}

function shared({ reasons }: JudgedSoFar, key: string, make: () => UnitVerdict): UnitVerdict {
  const verdict = reasons.get(key) ?? make();
  reasons.set(key, verdict);
  return verdict;
}
