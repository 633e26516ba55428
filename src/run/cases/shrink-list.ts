/** How many trials are left, and whether their time is over. */
export type TrialBudget = { left: number; readonly isLate: () => boolean };

/**
 * Items of a list without which a trial still holds are left out: halves, quarters and so on down to single ones, in order,
 * until the trials are used up or their time is. What is given back holds, where the whole list does.
 */
export async function shrinkList<Item>(
  items: readonly Item[],
  budget: TrialBudget,
  holds: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let kept = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    kept = await withoutChunks({ kept, size, budget }, holds);
  }
  return kept;
}

async function withoutChunks<Item>(
  {
    kept,
    size,
    budget,
  }: { readonly kept: readonly Item[]; readonly size: number; readonly budget: TrialBudget },
  holds: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let left = kept;
  let start = 0;
  while (start < left.length && budget.left > 0 && !budget.isLate()) {
    budget.left -= 1;
    const fewer = [...left.slice(0, start), ...left.slice(start + size)];
    if (await holds(fewer)) left = fewer;
    else start += size;
  }
  return left;
}
