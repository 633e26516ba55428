import { createSources, createTables, refreshCalendar } from "../../ledger/create-tables.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { runbookShapes } from "../../ledger/runbook-shapes.ts";
import { ledgerShapes } from "../../ledger/tables.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { quoteName, quoteNames, quoteTable } from "../../sql/identifiers.ts";
import { parquetRows } from "../../sql/parquet-files.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { pathOf, type ArtifactFolder } from "./artifact-folder.ts";
import { dateList } from "./extracts.ts";
import { pickPartitions } from "./select-artifacts.ts";

/**
 * Makes a DuckDB warehouse of artifacts: the tables of `base`, on them the partitions that cells committed, the highest
 * attempt first, and all their ledger rows. Tables that no artifact has stay empty.
 */
export async function assembleWarehouse(
  warehouse: Warehouse,
  runbook: Runbook,
  artifacts: { readonly base: readonly ArtifactFolder[]; readonly results: readonly ArtifactFolder[] },
): Promise<void> {
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  await importWhole(warehouse, runbook, artifacts.base);
  await refreshCalendar(warehouse, runbook);
  await warehouse.execute([
    ...importPartitions(runbook, artifacts.results),
    ...uniteLedger(runbook, artifacts.results),
  ]);
}

/** Fills tables that are still empty with all rows that artifacts hold of them. */
export async function importWhole(
  warehouse: Warehouse,
  runbook: Runbook,
  artifacts: readonly ArtifactFolder[],
): Promise<void> {
  const statements = runbookShapes(runbook).flatMap(({ table }): readonly Statement[] => {
    const paths = pathsOf(artifacts, table);
    if (paths.length === 0) return [];
    const sql = `insert into ${quoteTable(duckdb, table)} by name select * from ${parquetRows(paths)}`;
    return [{ sql, purpose: `import ${table}` }];
  });
  await warehouse.execute(statements);
}

function importPartitions(runbook: Runbook, results: readonly ArtifactFolder[]): readonly Statement[] {
  return runbook.processors.flatMap(({ table, dateColumn }) => {
    const offers = results
      .filter(({ manifest }) => manifest.files.some((file) => file.table === table))
      .map(({ folder, manifest }) => ({
        table,
        path: pathOf({ folder, manifest }, table),
        attempt: manifest.attempt,
        committed: manifest.dates.filter(({ outcome }) => outcome === "committed").map(({ date }) => date),
      }));
    const date = quoteName(duckdb, dateColumn);
    const name = quoteTable(duckdb, table);
    return [...pickPartitions(offers)].flatMap(([{ path }, dates]) => {
      const where = `where ${date} in (${dateList(dates)})`;
      const rows = parquetRows([path]);
      return [
        { sql: `delete from ${name} ${where}`, purpose: `make room in ${table}` },
        { sql: `insert into ${name} by name select * from ${rows} ${where}`, purpose: `import ${table}` },
      ];
    });
  });
}

/** Rows of the ledger are never changed, so that one that stands in two artifacts is the same. */
function uniteLedger(runbook: Runbook, results: readonly ArtifactFolder[]): readonly Statement[] {
  return ledgerShapes(runbook.ledger).flatMap(({ table, columns }) => {
    const paths = pathsOf(results, table);
    if (paths.length === 0) return [];
    const names = quoteNames(
      duckdb,
      columns.map((column) => column.name),
    );
    const name = quoteTable(duckdb, table);
    const sql = `insert into ${name} (${names})
select ${names} from ${parquetRows(paths)}
except
select ${names} from ${name}`;
    return [{ sql, purpose: `unite ${table}` }];
  });
}

function pathsOf(artifacts: readonly ArtifactFolder[], table: string): readonly string[] {
  return artifacts
    .filter(({ manifest }) => manifest.files.some((file) => file.table === table))
    .map((artifact) => pathOf(artifact, table));
}
