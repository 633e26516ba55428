import assert from "node:assert/strict";
import { googlesql } from "../../src/sql/googlesql.ts";
import { describe, it } from "node:test";
import { holdLease } from "../../src/run/hold-lease.ts";
import type { Row, Statement, Warehouse } from "../../src/warehouse/warehouse.ts";

const claim = {
  ledger: "shop_processing",
  processor: "DAY",
  periods: ["early"],
  token: "own",
  runId: "own-run",
  holder: "a test",
};

const times = { taken_at: "2024-01-01T00:00:00.000Z", expires_at: "2024-01-01T00:05:00.000Z" };
const own = { period: "early", token: "own", run_id: "own-run", holder: "a test", ...times };
const other = { ...own, token: "other", run_id: "other-run", holder: "somebody else" };

type Told = { readonly warehouse: Warehouse; readonly statements: string[] };

/** A warehouse in which a taking finds these living leases, one list after another, the last for good. */
function answering(...lists: readonly (readonly Row[])[]): Told {
  const statements: string[] = [];
  const waiting = [...lists];
  const warehouse: Warehouse = {
    engine: "bigquery",
    parse: () => Promise.resolve([]),
    dialect: googlesql,
    hashTag: "none",
    address: "none",
    exclusive: false,
    query({ purpose }) {
      statements.push(purpose);
      return Promise.resolve((waiting.length > 1 ? waiting.shift() : waiting[0]) ?? []);
    },
    execute(all: readonly Statement[]) {
      statements.push(...all.map(({ purpose }) => purpose));
      return Promise.resolve();
    },
    loadFile: () => Promise.resolve(),
    describe: () => Promise.resolve([]),
    estimateBytes: () => Promise.resolve(undefined),
    billing: () => undefined,
    lend: (work) => work(),
    interrupt: () => undefined,
    session: () => Promise.resolve(warehouse),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { warehouse, statements };
}

function asked({ warehouse }: Told): Parameters<typeof holdLease>[1] {
  return { root: warehouse, claim, randomId: () => "00000000" };
}

const [take, release] = ["take the lease of DAY", "release the lease of DAY"];

describe("holdLease()", () => {
  it("gives way to a run that was entered at the same instant, and tries again", async () => {
    const told = answering([own, other], [own]);
    const lease = await holdLease(told.warehouse, asked(told));
    assert.equal(lease.claim?.token, "own");
    assert.deepEqual(told.statements, [take, release, take]);
    await lease[Symbol.asyncDispose]();
    assert.equal(told.statements.at(-1), release);
  });

  it("holds nothing when another run is at it, however often both were entered", async () => {
    for (const { lists, takes } of [
      { lists: [[other]], takes: 1 },
      { lists: [[own, other]], takes: 4 },
    ]) {
      const told = answering(...lists);
      const lease = await holdLease(told.warehouse, asked(told));
      assert.match(lease.heldBy ?? "", /^the run other-run .* somebody else; its lease ends by itself at /);
      assert.equal(lease.claim, undefined);
      assert.equal(told.statements.filter((purpose) => purpose === take).length, takes);
      assert.equal(told.statements.at(-1), release);
    }
  });

  it("shares with a cell of the same run, and gives nothing back that has ended", async () => {
    const told = answering([own, { ...own, token: "sibling" }]);
    const lease = await holdLease(told.warehouse, asked(told));
    lease.end();
    await lease[Symbol.asyncDispose]();
    assert.deepEqual(told.statements, [take]);
  });
});
