import { join, resolve } from "node:path";
import { duckdb } from "../sql/duckdb.ts";
import { fileKindName, fileKindOf, fileRows } from "../sql/file-rows.ts";
import { splitStatements } from "../domain/sql-statement.ts";
import { datasetOf, type TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import { createSources, createTables } from "../ledger/create-tables.ts";
import type { StandingRows } from "../ledger/fillings.ts";
import { isUndescribed } from "../ledger/runbook-shapes.ts";
import type { Runbook, Source } from "../runbook/runbook.ts";
import type { Ingest } from "../runbook/ingest.ts";
import { createDataset } from "../sql/create-table.ts";
import { quoteNames, quoteTable } from "../sql/identifiers.ts";
import { findLoadFiles } from "./load-files.ts";
import { unmarkedFiles } from "./unmarked-files.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import { openScratch } from "../warehouse/scratch-folder.ts";
import type { Parameter, Statement, Warehouse } from "../warehouse/warehouse.ts";

const checkShape = { finding: typed.text, occurrences: typed.count };

/** What an ingest brought in: rows per source table, and what its reporting checks found. */
export type IngestResult = {
  readonly tables: readonly { readonly table: TableId; readonly rows: number }[];
  readonly findings: readonly {
    readonly check: string;
    readonly finding: string;
    readonly occurrences: number;
  }[];
};

/** The same, and the rows that stood where it was put. */
export type Filling = {
  readonly tables: readonly (IngestResult["tables"][number] & {
    readonly replaced?: Omit<StandingRows, "table">;
  })[];
  readonly findings: IngestResult["findings"];
};

type IngestRequest = {
  readonly runbook: Runbook;
  readonly ingest: Ingest;
  /** Folder of the files that the ingest declares. */
  readonly from: string | undefined;
  /** Values that replace the declared parameters. */
  readonly parameters: Readonly<Record<string, number | string>>;
};

/**
 * Fills the raw tables by the runbook's `load` or `sample` scripts, in one transaction of a DuckDB warehouse: when a
 * file, a script or a `stop` check fails, every table stays as it was. Fault: load-failed.
 */
export async function runIngest(warehouse: Warehouse, request: IngestRequest): Promise<IngestResult> {
  await createTables(warehouse, request.runbook);
  await createSources(warehouse, request.runbook, filledTables(request.ingest));
  await using scratch = await openScratch("load");
  await using session = await warehouse.session();
  await session.query({ sql: "begin transaction", purpose: "begin the load" });
  try {
    const result = await ingestAll(session, { ...request, scratch: scratch.folder });
    await session.query({ sql: "commit", purpose: "commit the load" });
    return result;
  } catch (cause) {
    await session.query({ sql: "rollback", purpose: "undo the load" }).catch(() => undefined);
    throw cause;
  }
}

/** The sources that an ingest fills. */
export function filledTables({ steps }: Ingest): readonly TableId[] {
  return steps.flatMap(({ target }) => (target.kind === "scratch" ? [] : [target.table]));
}

async function ingestAll(
  session: Warehouse,
  request: IngestRequest & { readonly scratch: string },
): Promise<IngestResult> {
  const { ingest } = request;
  if (ingest.prelude !== undefined) {
    for (const { text: sql } of splitStatements(ingest.prelude.text)) {
      await session.query({ sql, purpose: `run ${ingest.prelude.file}` });
    }
  }
  for (const file of ingest.files) {
    await openFile(session, file, { folder: request.from ?? "", scratch: request.scratch });
  }
  const parameters = parametersFrom({ ...ingest.parameters, ...request.parameters });
  const tables: { table: TableId; rows: number }[] = [];
  for (const step of ingest.steps) {
    const { target, sql } = step;
    if (target.kind === "scratch") {
      await session.query({
        sql: `create or replace temporary table ${target.name} as\n${sql.text}`,
        parameters,
        purpose: `run ${sql.file}`,
      });
      continue;
    }
    const rows = await replaceSource(session, {
      runbook: request.runbook,
      table: target.table,
      sql,
      parameters,
    });
    tables.push({ table: target.table, rows });
  }
  return { tables, findings: await runChecks(session, ingest, parameters) };
}

async function openFile(
  session: Warehouse,
  file: Ingest["files"][number],
  { folder, scratch }: { readonly folder: string; readonly scratch: string },
): Promise<void> {
  const paths = await findLoadFiles(folder, file);
  const kind = fileKindOf(file.path) ?? "parquet";
  const source = fileRows(await unmarkedFiles(paths, { kind, folder: join(scratch, file.name) }), kind);
  const path = paths.length === 1 ? (paths[0] ?? "") : resolve(folder, file.path);
  const describing = { sql: `describe select * from ${source}`, purpose: `read ${path}` };
  const described = await queryRows(session, describing, { column_name: typed.text }).catch(
    (cause: unknown) => {
      throw new Fault("load-failed", `Cannot load "${path}": it is not a ${fileKindName(kind)} file`, {
        hint: "Replace the file by a good copy; the tables are as they were",
        cause,
      });
    },
  );
  const present = new Set(described.map((row) => row.column_name));
  const missing = file.columns.filter((column) => !present.has(column));
  if (missing.length > 0) {
    throw new Fault("load-failed", `Cannot load "${path}": it lacks the columns ${missing.join(", ")}`, {
      hint: "Replace the file by one with the columns that the runbook's load declares",
    });
  }
  await session.query({
    sql: `create or replace temporary view file_${file.name} as select * from ${source}`,
    purpose: `open ${path}`,
  });
}

async function replaceSource(
  session: Warehouse,
  request: Pick<IngestRequest, "runbook"> & {
    readonly table: TableId;
    readonly sql: { readonly file: string; readonly text: string };
    readonly parameters: Readonly<Record<string, Parameter>>;
  },
): Promise<number> {
  const source = request.runbook.sources.find((candidate) => candidate.table === request.table);
  if (source === undefined) throw new Error(`No source ${request.table}`);
  const table = quoteTable(duckdb, source.table);
  const filling = { parameters: request.parameters, purpose: `fill ${source.table} by ${request.sql.file}` };
  for (const sql of fillingStatements(request.runbook, source, request.sql.text)) {
    await session.query({ ...filling, sql }).catch(asLoadFault);
  }
  const counting = { sql: `select count(*) as row_count from ${table}`, purpose: `count ${source.table}` };
  const [counted] = await queryRows(session, counting, { row_count: typed.count });
  return counted?.row_count ?? 0;
}

/** A source whose columns are left to the engine has those that its script gives. */
function fillingStatements(runbook: Runbook, source: Source, text: string): readonly string[] {
  const table = quoteTable(duckdb, source.table);
  if (isUndescribed(runbook, source.table)) {
    return [createDataset(duckdb, datasetOf(source.table)), `create or replace table ${table} as\n${text}`];
  }
  const columns = quoteNames(
    duckdb,
    source.columns.map((column) => column.name),
  );
  return [
    `delete from ${table}`,
    `insert into ${table} (${columns})\nselect ${columns} from (\n${text}\n) as loaded`,
  ];
}

async function runChecks(
  session: Warehouse,
  ingest: Ingest,
  parameters: Readonly<Record<string, Parameter>>,
): Promise<IngestResult["findings"]> {
  const reported: { check: string; finding: string; occurrences: number }[] = [];
  for (const check of ingest.checks) {
    const rows = await queryRows(session, checkStatement(check.sql, parameters), checkShape);
    const findings = rows
      .map((row) => ({ check: check.name, ...row }))
      .filter((finding) => finding.occurrences > 0);
    if (check.level === "stop" && findings.length > 0) throw stopFault(check.name, findings);
    reported.push(...findings);
  }
  return reported;
}

/** What a check says of itself in text and in whole numbers, whatever types it gives; without them the statement fails. */
function checkStatement(
  sql: Ingest["checks"][number]["sql"],
  parameters: Readonly<Record<string, Parameter>>,
): Statement {
  return {
    sql: `select cast(finding as string) as finding, cast(occurrences as int64) as occurrences\nfrom (\n${sql.text}\n) as check_row`,
    parameters,
    purpose: `run ${sql.file}`,
  };
}

function stopFault(check: string, findings: readonly { finding: string; occurrences: number }[]): Fault {
  const lines = findings.slice(0, 10).map(({ finding, occurrences }) => `  ${finding} (${occurrences})`);
  return new Fault("load-failed", `Cannot load: the check "${check}" found\n${lines.join("\n")}`, {
    hint: "Mend the files; the tables are as they were",
  });
}

function asLoadFault(cause: unknown): never {
  if (!(cause instanceof Fault) || cause.code !== "statement-failed") throw cause;
  throw new Fault("load-failed", cause.message, {
    hint: "Mend the file whose values do not fit; the tables are as they were",
    cause,
  });
}

function parametersFrom(
  values: Readonly<Record<string, number | bigint | string>>,
): Readonly<Record<string, Parameter>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, parameterOf(value)]));
}

function parameterOf(value: number | bigint | string): Parameter {
  if (typeof value === "string") return { type: "string", value };
  if (typeof value === "bigint") return { type: "int64", value: String(value) };
  return { type: Number.isSafeInteger(value) ? "int64" : "float64", value };
}
