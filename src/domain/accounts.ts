import { countOf, formatCount } from "./format.ts";

/** Expected rows by what became of them; `expected = present + explained + waived + untracked`. */
export type Accounts = {
  readonly expected: number;
  readonly present: number;
  readonly explained: number;
  readonly waived: number;
  readonly untracked: number;
  /**
   * Rows and failures of which nobody says whether they are all that is expected, since their processors have no
   * population; absent where all have one. They are in no other count, unless there are no others: then `present` and
   * `explained` are theirs, and nothing is known to be expected.
   */
  readonly uncounted?: number;
};

/** Sums of the accounts of any rows; those without a population stand beside the others. */
export function sumAccounts(rows: readonly Accounts[]): Accounts {
  const counted = rows.filter(({ uncounted }) => uncounted === undefined);
  const sums = { expected: 0, present: 0, explained: 0, waived: 0, untracked: 0 };
  for (const row of counted.length === 0 ? rows : counted) {
    sums.expected += row.expected;
    sums.present += row.present;
    sums.explained += row.explained;
    sums.waived += row.waived;
    sums.untracked += row.untracked;
  }
  if (counted.length === rows.length) return sums;
  return { ...sums, uncounted: rows.reduce((sum, { uncounted = 0 }) => sum + uncounted, 0) };
}

/** Whether nobody says what is expected of anything that is counted. */
export function isUncounted({ expected, present, explained, uncounted }: Accounts): boolean {
  return uncounted !== undefined && expected === 0 && uncounted === present + explained;
}

/** How many rows are expected, for people. */
export function formatExpected(accounts: Accounts): string {
  return isUncounted(accounts) ? "unknown" : formatCount(accounts.expected);
}

/** The accounting line: `expected = present + explained + waived + untracked`, in numbers. */
export function formatAccounts(accounts: Accounts): string {
  const { expected, present, explained, waived, untracked, uncounted } = accounts;
  if (isUncounted(accounts)) {
    return `${formatCount(present)} present, ${formatCount(explained)} explained; how many are expected is unknown`;
  }
  const parts = [
    `${formatCount(present)} present`,
    `${formatCount(explained)} explained`,
    `${formatCount(waived)} waived`,
    `${formatCount(untracked)} untracked`,
  ];
  const beside = uncounted === undefined ? "" : `; besides ${countOf(uncounted, "row")} without a population`;
  return `${formatCount(expected)} expected = ${parts.join(" + ")}${beside}`;
}
