/** Who may use something now: many at a time who share it, or one who has it alone, in the order in which they asked. */
export type Turns = {
  readonly share: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Waits until nobody uses it, and keeps all who ask later waiting. */
  readonly alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

/** Turns that nobody has taken yet. Work of one turn must not ask for another. */
export function openTurns(): Turns {
  const sharing = new Set<Promise<void>>();
  let taken = Promise.resolve();
  return {
    share(work) {
      const turn = taken.then(work);
      const end = endOf(turn).then(() => void sharing.delete(end));
      sharing.add(end);
      return turn;
    },
    alone(work) {
      const turn = Promise.all([taken, ...sharing]).then(work);
      taken = endOf(turn);
      return turn;
    },
  };
}

async function endOf(turn: Promise<unknown>): Promise<void> {
  await turn.catch(() => undefined);
}
