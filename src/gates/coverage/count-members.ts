import type { StrangerName } from "../../runbook/waiver.ts";
import { typed, type ShapedRow } from "../../warehouse/row-shape.ts";
import { noMembers, type CoverageStatus, type MemberCounts } from "./coverage-row.ts";

/** What the ledger and the waivers say of a date, besides what its tables hold. */
export type DateStanding = {
  /** The newest attempt waits for its upstream: neither old rows nor old failures count. */
  readonly isBlocked: boolean;
  /** A gap waiver in force covers every member. */
  readonly isWaived: boolean;
  /**
   * What it was built from has expired: whoever stands there is expected, and nobody else. `gone`: so have its own rows,
   * and nobody is.
   */
  readonly frozen: "kept" | "gone" | undefined;
  /** Categories that explain a member; a failure of any other explains nothing. */
  readonly categories: ReadonlySet<string>;
  /** Whether a population says what is expected. */
  readonly isCounted: boolean;
  /** What a waiver accepts of members that are there and should not be. */
  readonly accepts: ReadonlySet<StrangerName>;
};

/** One group of members that are alike, as `coverageCounts` gives it. */
export const memberShape = {
  analysis_date: typed.date,
  is_expected: typed.count,
  is_present: typed.count,
  is_waived: typed.count,
  failure_category: typed.text,
  members: typed.count,
  example: typed.nullable(typed.text),
};

/** A group as `memberShape` reads it. */
export type MemberGroup = ShapedRow<typeof memberShape>;

/** The accounting of one date from its groups. Every expected member lands in exactly one class. */
export function countMembers(rows: readonly MemberGroup[], standing: DateStanding): MemberCounts {
  if (standing.frozen === "gone") return standing.isCounted ? noMembers : { ...noMembers, uncounted: 0 };
  const members = standing.frozen === "kept" ? rows.filter(hasOutcome) : rows;
  let counts = noMembers;
  const add = standing.isCounted ? addGroup : addOutcome;
  for (const row of members) counts = add(counts, row, standing);
  return standing.isCounted ? counts : { ...counts, uncounted: counts.present + counts.explained };
}

/**
 * The first member that keeps a date from being accounted for: one without outcome, with two, or that nobody expects;
 * behind it a failure that explains nothing. Undefined when there is none.
 */
export function exampleOf(rows: readonly MemberGroup[], standing: DateStanding): string | undefined {
  const counted = rows.map((row) => ({ row, counts: countMembers([row], standing) }));
  const { row } =
    counted.find(({ counts }) => counts.untracked > 0) ??
    counted.find(({ counts }) => counts.phantom > 0) ??
    counted.find(({ counts }) => counts.unexpected > 0) ??
    {};
  if (row === undefined) return undefined;
  const { example, failure_category: category } = row;
  return `${example ?? "null"}${category === "" ? "" : ` with the failure ${category}`}`;
}

/** The status of a date whose query was answered. */
export function statusOf(
  counts: MemberCounts,
  { isBlocked }: Pick<DateStanding, "isBlocked">,
): CoverageStatus {
  if (isBlocked) return "blocked";
  if (counts.uncounted !== undefined) return "uncounted";
  if (counts.untracked > 0) return "untracked";
  if (counts.explained === counts.expected) return "not-eligible";
  return counts.present === counts.expected ? "ok" : "partial";
}

function hasOutcome(group: MemberGroup): boolean {
  return group.is_present === 1 || group.failure_category !== "";
}

function addGroup(counts: MemberCounts, group: MemberGroup, standing: DateStanding): MemberCounts {
  const { members, failure_category: category } = group;
  const isExpected = group.is_expected === 1 || standing.frozen === "kept";
  const isPresent = group.is_present === 1;
  if (!isExpected) return addStrangers(counts, { name: "unexpected", members }, standing);
  const expected = counts.expected + members;
  const doubled = isPresent && category !== "" ? members : 0;
  const grown = addStrangers({ ...counts, expected }, { name: "phantom", members: doubled }, standing);
  if (!standing.isBlocked && isPresent) return { ...grown, present: counts.present + members };
  if (!standing.isBlocked && standing.categories.has(category)) {
    const categories = { ...counts.categories, [category]: (counts.categories[category] ?? 0) + members };
    return { ...grown, explained: counts.explained + members, categories };
  }
  if (group.is_waived === 1 || standing.isWaived) return { ...grown, waived: counts.waived + members };
  return { ...grown, untracked: counts.untracked + members };
}

/** Who stands there is counted, and expected by nobody; a failure that explains nothing is none of the declared ones. */
function addOutcome(counts: MemberCounts, group: MemberGroup, standing: DateStanding): MemberCounts {
  const { members, failure_category: category } = group;
  const isPresent = group.is_present === 1;
  if (standing.isBlocked) return counts;
  if (isPresent) {
    const doubled = { name: "phantom", members: category === "" ? 0 : members } as const;
    return { ...addStrangers(counts, doubled, standing), present: counts.present + members };
  }
  if (!standing.categories.has(category))
    return addStrangers(counts, { name: "unexpected", members }, standing);
  const categories = { ...counts.categories, [category]: (counts.categories[category] ?? 0) + members };
  return { ...counts, explained: counts.explained + members, categories };
}

/** Members that are there and should not be, in their own class or among those that a waiver accepts. */
function addStrangers(
  counts: MemberCounts,
  { name, members }: { readonly name: StrangerName; readonly members: number },
  { accepts }: DateStanding,
): MemberCounts {
  const to = accepts.has(name) ? "accepted" : name;
  return { ...counts, [to]: counts[to] + members };
}
