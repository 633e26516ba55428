import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/errors.ts";
import { useSession } from "../../src/run/use-session.ts";
import { openBigQuery } from "../../src/warehouse/bigquery.ts";
import { scrub } from "../../src/warehouse/bigquery-errors.ts";
import { openQueryPool } from "../../src/warehouse/query-pool.ts";
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

describe("an interruption on BigQuery", () => {
  it("cancels the queries of a pool over the session, and sends nothing after", async () => {
    await using service = await startFaultyService(200);
    await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
    service.hang();
    const controller = new AbortController();
    const questions = [1, 2, 3, 4, 5, 6];
    const asking = useSession(warehouse, controller.signal, async (session) => {
      await using pool = openQueryPool(session, 4);
      return await Promise.allSettled(
        questions.map((number) => pool.query({ sql: `select ${number}`, purpose: "ask" })),
      );
    });
    await until(() => service.accepted.length === 4);
    controller.abort();
    for (const answer of await asking) {
      assert.equal(answer.status === "rejected" && answer.reason.code, "interrupted");
    }
    assert.equal(service.accepted.length, 4);
    assert.deepEqual(new Set(service.cancelled), new Set(service.accepted));
  });

  it("cancels a job whose request was on its way", async () => {
    await using service = await startFaultyService(60);
    await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
    service.hang();
    service.schedule(["slow"], false);
    await using session = await warehouse.session();
    const asking = session.query({ sql: "select 1", purpose: "ask" });
    await until(() => service.accepted.length === 1);
    session.interrupt();
    await assert.rejects(asking, { code: "interrupted" });
    assert.equal(service.cancelled.at(-1), service.accepted[0]);
  });

  it("stops a session for good, and leaves the one that it was opened from", async () => {
    await using service = await startFaultyService(200);
    await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
    await using session = await warehouse.session();
    session.interrupt();
    await using child = await session.session();
    for (const stopped of [session, child]) {
      await assert.rejects(stopped.query({ sql: "select 1", purpose: "ask" }), { code: "interrupted" });
    }
    await warehouse.execute([{ sql: "insert the end", purpose: "write" }]);
    assert.deepEqual(service.effects, ["insert the end"]);
  });
});

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setImmediate(resolve));
}

describe("scrub()", () => {
  it("cuts tokens and keys out of what a service says", () => {
    const text = scrub(
      'bearer ya29.a0Af_x-y.z and {"access_token":"abc123","private_key": "-----BEGIN PRIVATE KEY-----\\nMII" }',
    );
    assert.doesNotMatch(text, /ya29|abc123|MII/);
  });

  it("takes time that grows with the text", { timeout: 60_000 }, () => {
    for (const piece of ["eyJ-", "eyJa.eyJ", "ya29.", "-----BEGIN ", "access_token "]) {
      assert.ok(scrub(piece.repeat(1_000_000 / piece.length)).length > 0);
    }
  });
});
