import { formatCount } from "./format.ts";

/** Expected rows by what became of them; `expected = present + explained + waived + untracked`. */
export type Accounts = {
  readonly expected: number;
  readonly present: number;
  readonly explained: number;
  readonly waived: number;
  readonly untracked: number;
};

/** Sums of the accounts of any rows. */
export function sumAccounts(rows: readonly Accounts[]): Accounts {
  const sums = { expected: 0, present: 0, explained: 0, waived: 0, untracked: 0 };
  for (const row of rows) {
    sums.expected += row.expected;
    sums.present += row.present;
    sums.explained += row.explained;
    sums.waived += row.waived;
    sums.untracked += row.untracked;
  }
  return sums;
}

/** The accounting line: `expected = present + explained + waived + untracked`, in numbers. */
export function formatAccounts({ expected, present, explained, waived, untracked }: Accounts): string {
  const parts = [
    `${formatCount(present)} present`,
    `${formatCount(explained)} explained`,
    `${formatCount(waived)} waived`,
    `${formatCount(untracked)} untracked`,
  ];
  return `${formatCount(expected)} expected = ${parts.join(" + ")}`;
}
