import { isUncounted } from "../../domain/accounts.ts";
import type { ReportFacts } from "../facts.ts";
import { countOf, formatCount } from "../../domain/format.ts";
import { gateDescriptions } from "../../gates/gate-descriptions.ts";
import { gateKinds } from "../../runbook/runbook.ts";
import type { ChecklistItem, PartitionSeries, ReportCheck, Tally } from "../model.ts";
import { statusOfLetter } from "../partition-status.ts";

type ChecklistFacts = {
  readonly checks: readonly ReportCheck[];
  readonly partitions: readonly PartitionSeries[];
  readonly tally: Tally;
};

/** The validation checklist of the plan, each box answered by a result of this report. */
export function buildChecklist(facts: ReportFacts, found: ChecklistFacts): readonly ChecklistItem[] {
  return [
    ...found.partitions.map((series) => errorsOf(facts, series)),
    ...gateItems(found, "After each processor"),
    trackingItem(facts, found),
    dataItem(found),
    ...gateItems(found, "Final validation"),
    accountsItem(facts, found),
    untrackedItem(facts, found),
  ];
}

function errorsOf(facts: ReportFacts, { processor, statuses }: PartitionSeries): ChecklistItem {
  const counts = { failed: 0, blocked: 0, unknown: 0, pending: 0 };
  for (const letter of statuses) {
    const status = statusOfLetter(letter);
    if (status in counts) counts[status as keyof typeof counts] += 1;
  }
  const attempts = facts.history.newest.get(processor)?.size ?? 0;
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  const open = found.map(([status, count]) => `${formatCount(count)} ${status}`).join(", ");
  const done = attempts === 0 ? "never attempted" : `${countOf(attempts, "date")} attempted, none failed`;
  const state = found.length > 0 ? "open" : attempts === 0 ? "unknown" : "done";
  return {
    group: "After each processor",
    text: `${processor} ran without errors`,
    state,
    evidence: found.length > 0 ? open : done,
  };
}

/** The boxes of a group that the check of one kind of gate ticks, in the order of the kinds. */
function gateItems({ checks }: ChecklistFacts, group: ChecklistItem["group"]): readonly ChecklistItem[] {
  return gateKinds.flatMap((kind) => {
    const box = gateDescriptions[kind].checklist;
    return box?.group === group ? [itemOfCheck(checks, kind, box)] : [];
  });
}

function trackingItem({ gates }: ReportFacts, { checks, tally }: ChecklistFacts): ChecklistItem {
  const item = { group: "After each processor", text: "Failures are recorded with a category" } as const;
  const state = stateOfCheck(checks, "coverage");
  if (gates.coverage === undefined || state === "unknown") {
    return { ...item, state: "unknown", evidence: "not checked" };
  }
  const evidence = `${countOf(tally.explained, "failure")} recorded, ${formatCount(tally.phantom)} beside a row`;
  return { ...item, state: tally.phantom === 0 ? "done" : "open", evidence };
}

function dataItem({ partitions, checks }: ChecklistFacts): ChecklistItem {
  const item = {
    group: "Final validation",
    text: "Every table has rows on every date that can have some",
  } as const;
  if (stateOfCheck(checks, "coverage") === "unknown")
    return { ...item, state: "unknown", evidence: "not checked" };
  let empty = 0;
  for (const { present, expected, explained, waived } of partitions) {
    for (const [index, rows] of present.entries()) {
      const due = (expected[index] ?? 0) - (explained[index] ?? 0) - (waived[index] ?? 0);
      if (rows === 0 && due > 0) empty += 1;
    }
  }
  return {
    ...item,
    state: empty === 0 ? "done" : "open",
    evidence: `${countOf(empty, "partition")} without rows`,
  };
}

/** What stands where no population says what is expected. */
const nothingExpected = { state: "unknown", evidence: "no processor has a population" } as const;

function accountsItem({ gates }: ReportFacts, { checks, tally }: ChecklistFacts): ChecklistItem {
  const item = { group: "Final validation", text: "Recorded failures account for all missing rows" } as const;
  if (gates.coverage === undefined || stateOfCheck(checks, "coverage") === "unknown") {
    return { ...item, state: "unknown", evidence: "not checked" };
  }
  if (isUncounted(tally)) return { ...item, ...nothingExpected };
  const missing = tally.expected - tally.present;
  const accounted = tally.explained + tally.waived;
  const evidence = `${formatCount(accounted)} of ${countOf(missing, "missing row")}`;
  return { ...item, state: accounted === missing ? "done" : "open", evidence };
}

function untrackedItem({ gates }: ReportFacts, { checks, tally }: ChecklistFacts): ChecklistItem {
  const item = { group: "Final validation", text: "No expected row is untracked" } as const;
  if (gates.coverage === undefined || stateOfCheck(checks, "coverage") === "unknown") {
    return { ...item, state: "unknown", evidence: "not checked" };
  }
  if (isUncounted(tally)) return { ...item, ...nothingExpected };
  const evidence = `${countOf(tally.untracked, "row")} untracked`;
  return { ...item, state: tally.untracked === 0 ? "done" : "open", evidence };
}

function itemOfCheck(
  checks: readonly ReportCheck[],
  kind: ReportCheck["kind"],
  item: Pick<ChecklistItem, "group" | "text">,
): ChecklistItem {
  const detail = checks.find((check) => check.kind === kind)?.detail ?? "not checked";
  return { ...item, state: stateOfCheck(checks, kind), evidence: detail };
}

function stateOfCheck(checks: readonly ReportCheck[], kind: ReportCheck["kind"]): ChecklistItem["state"] {
  const state = checks.find((check) => check.kind === kind)?.state;
  if (state === "passed") return "done";
  return state === "findings" ? "open" : "unknown";
}
