import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addDays, type CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Fault } from "../../src/errors.ts";
import { bisectDates } from "../../src/run/bisect-dates.ts";
import { StatementFault, type FailureSort } from "../../src/warehouse/statement-fault.ts";

const count = 1826;
const first = "2020-01-01" as CalendarDate;
const dates = Array.from({ length: count }, (_, day) => addDays(first, day));

type Scene = {
  readonly sort: FailureSort;
  readonly fails: (some: readonly CalendarDate[]) => boolean;
  /** Bytes of some dates, or undefined where nothing is billed. */
  readonly bytes?: (some: readonly CalendarDate[]) => number;
  readonly refusal?: Fault;
};

/** Bisects five years; gives how many attempts and looks that took, how many dates failed, and what they were told. */
async function bisect({ sort, fails, bytes, refusal }: Scene): Promise<{
  readonly attempts: number;
  readonly probes: number;
  readonly failed: number;
  readonly told: ReadonlySet<string>;
}> {
  let [attempts, probes] = [0, 0];
  const failed = await bisectDates(dates, {
    async run(some) {
      attempts += 1;
      if (fails(some)) throw new StatementFault(sort, `${sort} error`, { hint: "" });
    },
    async probe(some) {
      probes += 1;
      if (refusal !== undefined) throw refusal;
      return bytes?.(some);
    },
  });
  return { attempts, probes, failed: failed.size, told: new Set(failed.values()) };
}

describe("bisectDates()", () => {
  it("tells a permanent error of five years once", async () => {
    const found = await bisect({ sort: "permanent", fails: () => true });
    assert.deepEqual(found, { attempts: 1, probes: 0, failed: count, told: new Set(["permanent error"]) });
  });

  it("looks at an error of unknown kind once: what the engine refuses is not split", async () => {
    const refusal = new StatementFault("unsure", "no such column", { hint: "" });
    const found = await bisect({ sort: "unsure", fails: () => true, refusal });
    assert.deepEqual(found, { attempts: 1, probes: 1, failed: count, told: new Set(["no such column"]) });
    const one = await bisect({ sort: "unsure", fails: (some) => some.includes(addDays(first, 700)) });
    assert.deepEqual([one.failed, one.probes], [1, 1]);
    assert.ok(one.attempts < 25, `${one.attempts} attempts`);
  });

  it("splits errors of data down to their dates without a look", async () => {
    const found = await bisect({ sort: "data", fails: (some) => some.includes(addDays(first, 3)) });
    assert.deepEqual([found.failed, found.probes], [1, 0]);
  });

  it("splits what is too large until it fits, and tells it once where one date is too large", async () => {
    const splits = await bisect({ sort: "too-large", fails: (some) => some.length > 500 });
    assert.deepEqual([splits.failed, splits.attempts], [0, 1 + 2 + 2 + 4]);
    const none = await bisect({ sort: "too-large", fails: () => true });
    assert.deepEqual([none.failed, none.attempts], [count, 3]);
    const heavy = await bisect({ sort: "too-large", fails: (some) => some.includes(first) });
    assert.deepEqual([heavy.failed, heavy.attempts], [1, 1 + 2 + 2]);
  });

  it("splits what is over the limit of bytes only where fewer dates read less", async () => {
    const limit = 100e9;
    const pruned = (some: readonly CalendarDate[]): number => some.length * 1e8;
    const splits = await bisect({
      sort: "too-costly",
      fails: (some) => pruned(some) > limit,
      bytes: pruned,
    });
    assert.deepEqual([splits.failed, splits.attempts], [0, 3]);
    const whole = await bisect({ sort: "too-costly", fails: () => true, bytes: () => 2e11 });
    assert.deepEqual([whole.failed, whole.attempts, whole.probes], [count, 1, 2]);
    assert.deepEqual(
      [...whole.told],
      ["too-costly error; all dates read 200.0 GB and half of them 200.0 GB, so fewer would not help"],
    );
  });
});
