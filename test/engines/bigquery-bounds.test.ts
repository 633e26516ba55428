import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findWarehouse } from "../../src/engines/engine-table.ts";
import type { Opening } from "../../src/engines/engine.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { startFaultyService, type FaultyService } from "../bigquery/faulty-service.ts";

const limits = {
  statementBytes: 2 ** 40,
  statementMinutes: 90,
  priority: "batch",
  reservation: "projects/p/locations/EU/reservations/backfill",
  labels: { team: "data" },
} as const;

function open(
  service: FaultyService,
  more: Partial<Pick<Opening, "environment" | "runbook">> = {},
): Promise<Warehouse> {
  const place = findWarehouse("bigquery:test")?.place;
  assert.ok(place !== undefined);
  const environment = { CASCADE_BIGQUERY_ENDPOINT: service.endpoint, ...more.environment };
  return place.open({ mode: "write", timeZone: "UTC", folders: [], ...more, environment });
}

describe("the bounds of statements on BigQuery", () => {
  it("are those of the runbook, with labels of what a job is for", async () => {
    await using service = await startFaultyService(0);
    await using warehouse = await open(service, { runbook: { name: "Shop.Main", limits } });
    await using session = await warehouse.session({ processor: "SALES", run: "20260101T000000Z-ab" });
    await session.execute([{ sql: "insert 1", purpose: "write" }]);
    assert.deepEqual(service.configurations, [
      {
        jobTimeoutMs: "5400000",
        labels: {
          tool: "cascade",
          team: "data",
          runbook: "shop_main",
          processor: "sales",
          run: "20260101t000000z-ab",
        },
        reservation: limits.reservation,
        query: {
          query: "insert 1",
          useLegacySql: false,
          connectionProperties: [{ key: "time_zone", value: "UTC" }],
          maximumBytesBilled: String(2 ** 40),
          priority: "BATCH",
        },
      },
    ]);
    assert.equal(warehouse.longestStatementMs, 5_400_000);
  });

  it("are the usual ones where nobody says others, and those of an invocation before all", async () => {
    await using service = await startFaultyService(0);
    await using usual = await open(service);
    await usual.execute([{ sql: "insert 1", purpose: "write" }]);
    const environment = {
      CASCADE_MAXIMUM_BYTES: "1000",
      CASCADE_STATEMENT_MINUTES: "5",
      GITHUB_RUN_ID: "77",
    };
    await using told = await open(service, { environment, runbook: { name: "shop", limits } });
    await told.execute([{ sql: "insert 2", purpose: "write" }]);
    const found = service.configurations.map(({ query, ...job }) => [
      job["jobTimeoutMs"],
      (query as Record<string, unknown>)["maximumBytesBilled"],
      (query as Record<string, unknown>)["priority"],
      job["labels"],
    ]);
    assert.deepEqual(found, [
      ["1800000", String(100 * 2 ** 30), "INTERACTIVE", { tool: "cascade" }],
      ["300000", "1000", "BATCH", { tool: "cascade", team: "data", runbook: "shop", github_run_id: "77" }],
    ]);
  });

  it("let as many jobs run at a time as the runbook says, of all sessions", async () => {
    await using service = await startFaultyService(0);
    await using warehouse = await open(service, {
      runbook: { name: "shop", limits: { parallel: 2, labels: {} } },
    });
    service.hang();
    const sessions = await Promise.all([1, 2, 3].map(() => warehouse.session()));
    const asked = sessions.map((session) =>
      session.query({ sql: "select 1", purpose: "ask" }).catch(() => undefined),
    );
    while (service.accepted.length < 2) await new Promise(setImmediate);
    warehouse.interrupt();
    await Promise.all(asked);
    assert.equal(service.accepted.length, 2);
  });
});
