import { setTimeout as wait } from "node:timers/promises";
import {
  releaseLeasesOf,
  renewLeasesOf,
  takeLeasesOf,
  type LeaseClaim,
  type StandingLease,
} from "../ledger/leases.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** What a cell has to itself while it writes. Disposing gives it back unless it has ended. */
export type Lease = AsyncDisposable & {
  /** What the cell's writes depend on; undefined where the process has the whole warehouse to itself. */
  readonly claim: LeaseClaim | undefined;
  /** Who else is at it, and until when: then nothing was taken and nothing may be written. */
  readonly heldBy: string | undefined;
  /** Tells that the cell's ledger rows stand, which ends the lease without another job. */
  readonly end: () => void;
};

/** What is asked for: `root` is what an interruption of the cell's session leaves usable. */
export type LeaseRequest = {
  readonly root: Warehouse;
  readonly claim: Omit<LeaseClaim, "termSeconds">;
  readonly randomId: () => string;
  /** How long the lease lasts unless it is renewed; `usualTermSeconds` unless given. */
  readonly termSeconds?: number;
};

/**
 * A lease is renewed every third of its term while its process lives, so it outlives the cell however long that takes,
 * and what a process sent right before it died, a job of at most 30 minutes, ends before the lease does. Whoever comes
 * after a crash waits for 45 minutes at most.
 */
const usualTermSeconds = 2_700;

/** Two runs that take leases at the same instant may each see the other and give way; then they try again. */
const mostTries = 4;

/** A release that takes longer is left to the expiry. */
const releaseMs = 20_000;

const noLease: Lease = {
  claim: undefined,
  heldBy: undefined,
  end: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/**
 * Takes the leases of a cell, all or none. Two runs never hold one together: whoever sees another run's living lease
 * beside its own gives its own back, and of two that were entered at the same time the later one sees both. Cells of one
 * run share, since a plan gives them different dates. Where the process has the warehouse to itself nothing is written.
 *
 * A process that stands still until its lease has passed to another does not commit: the partitions and the ledger rows
 * are written on the condition that the lease stands. What remains is a `MERGE` whose condition held and that lands after
 * the lease has ended: the process stood still for a quarter of an hour before it sent it, or its cancellation came too
 * late. Then the partitions are not what the other run commits, so they are pending and nobody reads them. Where another run
 * is at it, it says who.
 */
export async function holdLease(session: Warehouse, request: LeaseRequest): Promise<Lease> {
  if (session.exclusive || session.dialect.leases === undefined) {
    return noLease;
  }
  const { root, termSeconds = termOf(session) } = request;
  const claim = { ...request.claim, termSeconds };
  let hasEnded = false;
  await using undoing = new AsyncDisposableStack();
  undoing.defer(async () => {
    if (!hasEnded) await release(root, claim);
  });
  const other = await take(session, claim, request.randomId);
  if (other !== undefined) return { ...noLease, heldBy: holderText(other) };
  undoing.use(await keepRenewing(root, claim));
  const kept = undoing.move();
  return {
    claim,
    heldBy: undefined,
    end() {
      hasEnded = true;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Half as long again as a statement may take that was sent before its process died. */
function termOf({ longestStatementMs = 0 }: Warehouse): number {
  return Math.max(usualTermSeconds, Math.ceil((longestStatementMs * 1.5) / 1000));
}

/** Gives the lease of another run that stands in the way. */
async function take(
  session: Warehouse,
  claim: LeaseClaim,
  randomId: () => string,
): Promise<StandingLease | undefined> {
  for (let tries = 1; ; tries += 1) {
    const standing = await takeLeasesOf(session, claim);
    const other = standing.find(({ runId }) => runId !== claim.runId);
    const isOurs = standing.some(({ token }) => token === claim.token);
    if (other === undefined && isOurs) return undefined;
    if (other !== undefined && (!isOurs || tries === mostTries)) return other;
    if (tries === mostTries) throw new Error(`The lease of ${claim.processor} was neither taken nor held`);
    if (isOurs) await releaseLeasesOf(session, claim);
    await wait(Number.parseInt(randomId().slice(-2), 16) * 10);
  }
}

/** Who is at what a cell was to write, since when, and until when at most. */
function holderText({ runId, holder, takenAt, expiresAt }: StandingLease): string {
  return `the run ${runId} is at it since ${takenAt}: ${holder}; its lease ends by itself at ${expiresAt}`;
}

/** Renews until disposed. A renewal that fails changes nothing: what is written asks whether the lease stands. */
async function keepRenewing(root: Warehouse, claim: LeaseClaim): Promise<AsyncDisposable> {
  const session = await root.session();
  const timer = setInterval(
    () => void renewLeasesOf(session, claim).catch(ignore),
    (claim.termSeconds * 1000) / 3,
  );
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      session.interrupt();
      await session[Symbol.asyncDispose]();
    },
  };
}

/** Gives the lease back, also after an interruption. One that cannot be given back ends by itself. */
async function release(root: Warehouse, claim: LeaseClaim): Promise<void> {
  await using session = await root.session();
  const late = setTimeout(() => session.interrupt(), releaseMs);
  await releaseLeasesOf(session, claim).catch(ignore);
  clearTimeout(late);
}

function ignore(): void {}
