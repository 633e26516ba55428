/** A number of places; who finds none free waits in order. */
export type Slots = { readonly hold: <Answer>(work: () => Promise<Answer>) => Promise<Answer> };

/** Places for so many at the same time. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  async function enter(): Promise<void> {
    if (free === 0) return new Promise<void>((resolve) => waiting.push(resolve));
    free -= 1;
  }
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
  return {
    async hold(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
