/** How a run enters its concurrency group. */
export type Entry = {
  readonly group: string;
  readonly cancelInProgress: boolean;
  /** `single`: a newer run takes the place of the one that waits; `max`: up to 100 wait in order. */
  readonly queue: "single" | "max";
  /** Ends the run while it holds the group. */
  readonly cancel: () => void;
};

/** The groups of a repository. */
export type Concurrency = {
  /** Waits for the group; false when the run was cancelled while it waited. */
  readonly enter: (entry: Entry) => Promise<boolean>;
  /** Gives up the place of a run, as its owner or while waiting. */
  readonly leave: (entry: Entry) => void;
};

type Waiting = { readonly entry: Entry; readonly go: (isAdmitted: boolean) => void };
type Group = { holder: Entry | undefined; waiting: Waiting[] };

/** Runs that may wait in a group with `queue: max`. */
export const longestQueue = 100;

/** Groups in which one run at a time is under way. */
export function createConcurrency(): Concurrency {
  const groups = new Map<string, Group>();
  function groupOf({ group }: Entry): Group {
    const known = groups.get(group.toLowerCase()) ?? { holder: undefined, waiting: [] };
    groups.set(group.toLowerCase(), known);
    return known;
  }
  return {
    async enter(entry) {
      const group = groupOf(entry);
      if (group.holder === undefined) {
        group.holder = entry;
        return true;
      }
      if (entry.cancelInProgress) group.holder.cancel();
      makeRoom(group, entry);
      if (entry.queue === "max" && group.waiting.length >= longestQueue) return false;
      return new Promise<boolean>((go) => group.waiting.push({ entry, go }));
    },
    leave(entry) {
      const group = groupOf(entry);
      const waiting = group.waiting.find((each) => each.entry === entry);
      group.waiting = group.waiting.filter((each) => each.entry !== entry);
      waiting?.go(false);
      if (group.holder !== entry) return;
      const next = group.waiting.shift();
      group.holder = next?.entry;
      next?.go(true);
    },
  };
}

/** Without a queue a newer run replaces the one that waits. */
function makeRoom(group: Group, entry: Entry): void {
  if (entry.queue === "max" && !entry.cancelInProgress) return;
  for (const waiting of group.waiting) waiting.go(false);
  group.waiting = [];
}
