import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/errors.ts";
import { useSession } from "../../src/run/use-session.ts";
import { openBigQuery } from "../../src/warehouse/bigquery.ts";
import { scrub } from "../../src/warehouse/bigquery-errors.ts";
import { openQueryPool } from "../../src/warehouse/query-pool.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { failureSort } from "../../src/warehouse/statement-fault.ts";
import {
  finalFaults,
  requestFaults,
  startFaultyService,
  type FaultyService,
} from "../bigquery/faulty-service.ts";

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

describe("a job that fails for good", () => {
  it("is sent once, and told as what it failed of: never as an interruption", async () => {
    await using service = await startFaultyService(200);
    const told: Record<string, unknown> = {};
    for (const fault of finalFaults) {
      await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
      const before = service.accepted.length;
      service.schedule([fault], false);
      await assert.rejects(warehouse.execute([{ sql: "insert 1", purpose: "write" }]), (cause: unknown) => {
        assert.ok(cause instanceof Fault);
        const sort = failureSort(cause) ?? cause.code;
        told[fault] = [sort, cause.exitCode, cause.message, service.accepted.length - before];
        return true;
      });
    }
    assert.deepEqual(told, {
      "job:timeout": ["too-large", 3, "Cannot write: it took longer than 30 minutes", 1],
      "job:cancelled": [
        "warehouse-unusable",
        3,
        "Cannot write: Job execution was cancelled: User requested cancellation (stopped)",
        1,
      ],
      "job:unknownColumn": [
        "permanent",
        3,
        "Cannot write: Unrecognized name: totl at [3:8] (invalidQuery)",
        1,
      ],
      "job:division": ["data", 3, "Cannot write: division by zero: 1 / 0 (invalidQuery)", 1],
    });
  });

  it("is billed, as every try before it", async () => {
    await using service = await startFaultyService(200);
    await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
    service.schedule(["job:conflict"], false);
    await warehouse.execute([{ sql: "insert 1", purpose: "write" }]);
    service.schedule(["job:division"], false);
    await assert.rejects(warehouse.execute([{ sql: "insert 2", purpose: "write" }]));
    assert.equal(warehouse.billing()?.bytesBilled, 30);
  });
});

describe("a job outside of the US and the EU", () => {
  it("is asked about where the service says that it runs, also when the answer that said so was lost", async () => {
    await using service = await startFaultyService(200, "europe-west3");
    await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
    service.schedule(["lost"], false);
    for (const sql of ["insert 1", "insert 2"]) await warehouse.execute([{ sql, purpose: "write" }]);
    await warehouse.query({ sql: "select 1", purpose: "ask" });
    assert.deepEqual(service.effects, ["insert 1", "insert 2", "select 1"]);
    assert.match(warehouse.billing()?.jobUrl ?? "", /j=bq:europe-west3:cascade_/);
  });
});

describe("an interruption on BigQuery", () => {
  it("cancels the queries of a pool over the session, and sends nothing after", async () => {
    await using service = await startFaultyService(200);
    await using warehouse = await openBigQuery({ project: "test", endpoint: service.endpoint, timing });
    service.hang();
    const controller = new AbortController();
    const questions = [1, 2, 3, 4, 5, 6];
    const asking = useSession(warehouse, controller, async (session) => {
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
