/**
 * What became of one (processor, date), from best to worst. `none`: the date is another's, as the 2nd is of what has a
 * partition a month; `skipped`: nothing was expected of it or it was not
 * looked at; `uncounted`: rows or failures stand, and no population says what is expected; `waived`: some of its absent rows are accepted; `pending`: it is to be built, or built anew;
 * `frozen`: what it was built from has expired, and it stays as it is; `held`: it stands, and a gate objects to it; `unknown`: it was planned and no result was recorded.
 */
export const partitionStatuses = [
  "none",
  "skipped",
  "complete",
  "not-eligible",
  "explained",
  "uncounted",
  "waived",
  "frozen",
  "not-checked",
  "pending",
  "held",
  "untracked",
  "blocked",
  "failed",
  "check-failed",
  "unknown",
] as const;
/** One of `partitionStatuses`. */
export type PartitionStatus = (typeof partitionStatuses)[number];

/** One letter per status, so that the statuses of a processor are one text with a letter per date. */
const letters: Readonly<Record<PartitionStatus, string>> = {
  none: ".",
  skipped: "-",
  complete: "o",
  "not-eligible": "n",
  explained: "e",
  uncounted: "r",
  waived: "w",
  frozen: "z",
  "not-checked": "_",
  pending: "p",
  held: "h",
  untracked: "u",
  blocked: "b",
  failed: "f",
  "check-failed": "c",
  unknown: "x",
};

const byLetter = new Map<string, PartitionStatus>(
  partitionStatuses.map((status) => [letters[status], status]),
);
const firstBad = partitionStatuses.indexOf("not-checked");

/** The letter of a status. */
export function letterOf(status: PartitionStatus): string {
  return letters[status];
}

/** The status of a letter; a letter that no version has written is `unknown`. */
export function statusOfLetter(letter: string | undefined): PartitionStatus {
  return byLetter.get(letter ?? "") ?? "unknown";
}

/** Whether somebody or something still has to act, or look, before the partition can be relied on. */
export function isBad(status: PartitionStatus): boolean {
  return partitionStatuses.indexOf(status) >= firstBad;
}

/** Order for sort: worst first. */
export function compareStatuses(left: PartitionStatus, right: PartitionStatus): number {
  return partitionStatuses.indexOf(right) - partitionStatuses.indexOf(left);
}
