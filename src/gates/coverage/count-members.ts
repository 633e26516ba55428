import type { Row } from "../../warehouse/warehouse.ts";
import { noMembers, type CoverageStatus, type MemberCounts } from "./coverage-row.ts";

/** What the ledger and the waivers say of a date, besides what its tables hold. */
export type DateStanding = {
  /** The newest attempt waits for its upstream: neither old rows nor old failures count. */
  readonly isBlocked: boolean;
  /** A gap waiver in force covers every member. */
  readonly isWaived: boolean;
  /** Categories that explain a member; a failure of any other explains nothing. */
  readonly categories: ReadonlySet<string>;
};

/** One group of members that are alike, as `coverageCounts` gives it. */
type Group = {
  readonly isExpected: boolean;
  readonly isPresent: boolean;
  readonly isWaived: boolean;
  readonly category: string;
  readonly members: number;
};

/** The accounting of one date from its groups. Every expected member lands in exactly one class. */
export function countMembers(rows: readonly Row[], standing: DateStanding): MemberCounts {
  let counts = noMembers;
  for (const row of rows) {
    const group: Group = {
      isExpected: row["is_expected"] === 1,
      isPresent: row["is_present"] === 1,
      isWaived: row["is_waived"] === 1,
      category: String(row["failure_category"]),
      members: Number(row["members"]),
    };
    counts = addGroup(counts, group, standing);
  }
  return counts;
}

/**
 * The first member that keeps a date from being accounted for: one without outcome, with two, or that nobody expects;
 * behind it a failure that explains nothing. Undefined when there is none.
 */
export function exampleOf(rows: readonly Row[], standing: DateStanding): string | undefined {
  const counted = rows.map((row) => ({ row, counts: countMembers([row], standing) }));
  const { row } =
    counted.find(({ counts }) => counts.untracked > 0) ??
    counted.find(({ counts }) => counts.phantom > 0) ??
    counted.find(({ counts }) => counts.unexpected > 0) ??
    {};
  if (row === undefined) return undefined;
  const category = String(row["failure_category"]);
  return `${String(row["example"])}${category === "" ? "" : ` with the failure ${category}`}`;
}

/** The status of a date whose query was answered. */
export function statusOf(
  counts: MemberCounts,
  { isBlocked }: Pick<DateStanding, "isBlocked">,
): CoverageStatus {
  if (isBlocked) return "blocked";
  if (counts.untracked > 0) return "untracked";
  if (counts.explained === counts.expected) return "not-eligible";
  return counts.present === counts.expected ? "ok" : "partial";
}

function addGroup(counts: MemberCounts, group: Group, standing: DateStanding): MemberCounts {
  const { members, category } = group;
  if (!group.isExpected) return { ...counts, unexpected: counts.unexpected + members };
  const expected = counts.expected + members;
  const phantom = counts.phantom + (group.isPresent && category !== "" ? members : 0);
  const grown = { ...counts, expected, phantom };
  if (!standing.isBlocked && group.isPresent) return { ...grown, present: counts.present + members };
  if (!standing.isBlocked && standing.categories.has(category)) {
    const categories = { ...counts.categories, [category]: (counts.categories[category] ?? 0) + members };
    return { ...grown, explained: counts.explained + members, categories };
  }
  if (group.isWaived || standing.isWaived) return { ...grown, waived: counts.waived + members };
  return { ...grown, untracked: counts.untracked + members };
}
