import assert from "node:assert/strict";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Column } from "../../src/domain/column.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { renderNdjson, writeParquetFile } from "../../src/warehouse/row-files.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";

const columns: readonly Column[] = [
  { name: "name", type: "string" },
  { name: "count", type: "int64" },
  { name: "rate", type: "float64" },
  { name: "is_open", type: "bool" },
  { name: "day", type: "date" },
  { name: "moment", type: "timestamp" },
  { name: "tags", type: "array<string>" },
  { name: "rates", type: "array<float64>" },
  { name: "price", type: "numeric(38, 9)" },
  { name: "wall_clock", type: "datetime" },
  { name: "opening", type: "time" },
  { name: "facts", type: "json" },
];
const firstTypes = ["VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR[]", "DOUBLE[]"];
const names = columns.map(({ name }) => name).join(", ");
const rows: readonly Row[] = [
  {
    name: 'says "Ü"\n{}',
    count: "9007199254740993",
    rate: 0.1,
    is_open: true,
    day: "2024-02-29",
    moment: "2024-02-29T23:59:59.500Z",
    tags: ["a", ""],
    rates: [1, -0.5],
    price: "-123456.789012345",
    wall_clock: "2024-02-29T23:59:59.500Z",
    opening: "08:30:00",
    facts: '{"a":[1,null]}',
  },
  {
    name: "",
    count: -1,
    rate: 1e300,
    is_open: false,
    day: "1969-12-31",
    moment: "1970-01-01T00:00:00.000Z",
    tags: [],
    rates: [],
    price: "0.000000000",
    wall_clock: "1970-01-01T00:00:00.000Z",
    opening: "23:59:59.000001",
    facts: "[null]",
  },
  Object.fromEntries(columns.map(({ name }) => [name, null])),
];

describe("files of rows", () => {
  it("are read by DuckDB as the rows that were written, in both formats, and when there are none", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-rows-"));
    await using warehouse = await openDuckDb({ path: inMemory });
    for (const written of [rows, []]) {
      const [parquet, ndjson] = [join(folder.path, "rows.parquet"), join(folder.path, "rows.ndjson")];
      await writeParquetFile(parquet, columns, written);
      writeFileSync(ndjson, renderNdjson(columns, written));
      for (const [path, format] of [
        [parquet, "parquet"],
        [ndjson, "ndjson"],
      ] as const) {
        const table = "main.loaded" as const;
        await warehouse.loadFile({ table: table as never, columns, path, format, purpose: "load" });
        const read = await warehouse.query({ sql: `select ${names} from ${table}`, purpose: "look" });
        assert.deepEqual(read, written, format);
        const types = await warehouse.query({ sql: `describe ${table}`, purpose: "look" });
        assert.deepEqual(
          types.map((row) => row["column_type"]),
          [...firstTypes, "DECIMAL(38,9)", "TIMESTAMP", "TIME", format === "parquet" ? "VARCHAR" : "JSON"],
          format,
        );
      }
    }
  });
});
