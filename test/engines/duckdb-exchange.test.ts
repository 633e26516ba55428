import assert from "node:assert/strict";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Column } from "../../src/domain/column.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import { duckDbExchange } from "../../src/engines/duckdb-exchange.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { openParquet } from "../../src/warehouse/read-parquet.ts";
import { renderNdjson } from "../../src/warehouse/row-files.ts";
import { readShop } from "../run/shop.ts";

const columns: readonly Column[] = [
  { name: "day", type: "date" },
  { name: "name", type: "string" },
  { name: "count", type: "int64" },
  { name: "rate", type: "float64" },
  { name: "is_open", type: "bool" },
  { name: "moment", type: "timestamp" },
  { name: "rates", type: "array<float64>" },
];

/** The rows of the table below as a warehouse gives them whose instants are exact. */
const rows = [
  ["2024-01-01", "Ü\u2028x", "9223372036854775807", 1, true, "2024-01-01 00:00:00.123456", [1, 0.5]],
  ["2024-01-02", "", 0, 1e-7, false, "2024-01-02 00:00:00", []],
  ["2024-01-03", null, null, 1e21, null, null, null],
  ["2024-01-04", "x", 1, NaN, true, "1969-12-31 23:59:59.500000", [-Infinity]],
  ["2024-01-05", "x", 1, 0.25, true, "2024-01-05 12:00:00", [0.1]],
].map((values) => Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null])));

describe("duckDbExchange()", () => {
  it("gives a command the text that it gets from BigQuery, to the microsecond, and only declared columns", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-exchange-"));
    await using warehouse = await openDuckDb({ path: inMemory });
    const table = parseTableId("raw.things") as TableId;
    for (const sql of [
      "create schema raw",
      "create table raw.things (extra int, moment timestamp, day date, name varchar, count bigint, rate double, is_open boolean, rates double[])",
      `insert into raw.things by name select * from (values
  (date '2024-01-01', 'Ü' || chr(8232) || 'x', 9223372036854775807, 1e0, true, timestamp '2024-01-01 00:00:00.123456', [1e0, 0.5e0]),
  (date '2024-01-02', '', 0, 1e-7, false, timestamp '2024-01-02', []),
  (date '2024-01-03', null, null, 1e21, null, null, null),
  (date '2024-01-04', 'x', 1, 'nan', true, timestamp '1969-12-31 23:59:59.5', ['-inf'::double]),
  (date '2024-01-05', 'x', 1, 0.25e0, true, timestamp '2024-01-05 12:00:00', [0.1e0])
) as thing (day, name, count, rate, is_open, moment, rates)`,
    ]) {
      await warehouse.execute([{ sql, purpose: "fill" }]);
    }
    const runbook = await readShop();
    const [processor] = runbook.processors;
    assert.ok(processor?.step.kind === "sql");
    const step = { kind: "command", argv: [], files: [], writes: "staged", timeoutSeconds: 1 } as const;
    const request = { runbook, processor, step, calendar: [] };
    const exchange = duckDbExchange(warehouse, request, { folder: folder.path });
    const ranges = [{ from: "2024-01-01", to: "2024-01-31" }] as never;
    await exchange.exportInput({ table, dateColumn: "day", columns, ranges });
    const text = readFileSync(join(folder.path, "raw.things.ndjson"), "utf8");
    assert.equal(text, renderNdjson(columns, rows));

    const parquet = await openParquet(join(folder.path, "raw.things.parquet"));
    assert.deepEqual(
      parquet.columns,
      columns.map(({ name }) => name),
    );
    const again = join(folder.path, "again.ndjson");
    await parquet.writeNdjson(again);
    assert.equal(readFileSync(again, "utf8"), text);
  });
});
