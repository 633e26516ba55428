import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/errors.ts";
import { openBigQuery } from "../../src/warehouse/bigquery.ts";
import { scrub } from "../../src/warehouse/bigquery-errors.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { requestFaults, startFaultyService, type FaultyService } from "../bigquery/faulty-service.ts";

const timing = {
  requestMs: 100,
  firstPauseMs: 1,
  longestPauseMs: 4,
  quotaPauseMs: 3,
  pollMs: 1,
  deadlineMs: 60_000,
};

/** A fault, its retries and the requests in flight may take this much longer than the deadline. */
const latestMs = 5_000;

describe("openBigQuery()", () => {
  let service: FaultyService;
  let warehouse: Warehouse;
  before(async () => {
    service = await startFaultyService(200);
    warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
  });
  after(async () => service[Symbol.asyncDispose]());

  it("runs every statement exactly once under 500 random schedules of faults", async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...requestFaults), { maxLength: 6 }), async (faults) => {
        number += 1;
        const statements = [1, 2].map((part) => `insert ${number}.${part}`);
        service.schedule(faults, false);
        await warehouse.execute(statements.map((sql) => ({ sql, purpose: "write" })));
        assert.deepEqual(service.effects.slice(-2), statements);
        assert.equal(service.effects.length, number * 2);
      }),
      { numRuns: 500 },
    );
  });

  it("gives up in time with exit code 3 when a fault does not end, and never runs a statement twice", async () => {
    const hasty = { project: "test", endpoint: service.endpoint, timing: { ...timing, deadlineMs: 400 } };
    await using impatient = await openBigQuery(hasty);
    for (const fault of requestFaults) {
      const startedAt = performance.now();
      service.schedule([fault], true);
      const failure = await impatient.execute([{ sql: `insert ${fault}`, purpose: "write" }]).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      service.schedule([], false);
      assert.ok(failure instanceof Fault, `${fault} gave ${String(failure)}`);
      assert.equal(failure.exitCode, 3, fault);
      assert.equal(failure.code, "warehouse-unusable", fault);
      assert.ok(performance.now() - startedAt < latestMs, fault);
      assert.ok(service.effects.filter((sql) => sql === `insert ${fault}`).length <= 1, fault);
    }
  });

  it("stops what waits for another try when it is interrupted", async () => {
    service.schedule(["503"], true);
    await using session = await warehouse.session();
    const running = session.execute([{ sql: "insert interrupted", purpose: "write" }]);
    setImmediate(() => session.interrupt());
    await assert.rejects(running, { code: "interrupted" });
    service.schedule([], false);
  });
});

describe("scrub()", () => {
  it("cuts tokens and keys out of what a service says", () => {
    const text = scrub(
      'bearer ya29.a0Af_x-y.z and {"access_token":"abc123","private_key": "-----BEGIN PRIVATE KEY-----\\nMII" }',
    );
    assert.doesNotMatch(text, /ya29|abc123|MII/);
  });
});
