import { datasetOf, tableNameOf } from "../../src/domain/table-id.ts";
import { splitScript } from "../bigquery/split-script.ts";
import { runbookShapes } from "../../src/ledger/runbook-shapes.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { TableShape } from "../../src/sql/dialect.ts";
import type { Statement } from "../../src/warehouse/warehouse.ts";
import { unfilteredScans } from "./partition-filters.ts";
import type { Message, ZetaSql } from "./zetasql.ts";

/** Analyses GoogleSQL against the tables of a runbook as they are created. */
export type Analyser = {
  /** What is wrong with a statement: what ZetaSQL says, and partitioned tables read without a filter. */
  readonly problemsOf: (statement: Statement) => Promise<readonly string[]>;
};

type Table = { readonly dataset: string; readonly name: string; readonly columns: readonly Message[] };

/** An analyser that knows the runbook's tables, the view of failures, and what the statements before have created. */
export function openAnalyser(zetasql: ZetaSql, runbook: Runbook): Analyser {
  const shapes = runbookShapes(runbook);
  const tables = new Map<string, Table>();
  for (const table of [...shapes.map(tableOf), failuresView(runbook.ledger)]) addTable(tables, table);
  const partitions = new Map<string, string>([
    ...shapes.flatMap((shape): [string, string][] =>
      shape.partitionBy === undefined ? [] : [[shape.table, shape.partitionBy]],
    ),
    [`${runbook.ledger}.precompute_failures`, "analysis_date"],
  ]);
  /** Of queries, which make nothing known, by all that the answer goes by. */
  const known = new Map<string, readonly string[]>();
  async function problemsOfOne({ sql, parameters = {} }: Statement): Promise<readonly string[]> {
    const types = Object.entries(parameters).map(([name, { type }]) => [name, type] as const);
    const question = { sql, types, tables: namedIn(sql, tables) };
    const key = JSON.stringify(question);
    const answered = known.get(key);
    if (answered !== undefined) return answered;
    const found = await analyse(zetasql, question);
    if (found.kind === "invalid") return [`${found.message}\n${sql}`];
    const mayCreate = /\bcreate\b/i.test(sql);
    if (mayCreate) {
      learnTable(tables, found.resolved);
      if (isViewDefinition(found.resolved)) return [];
    }
    const scans = unfilteredScans(found.resolved, partitions);
    const problems = scans.map((table) => `no partition filter on ${table}\n${sql}`);
    if (!mayCreate) known.set(key, problems);
    return problems;
  }
  return {
    async problemsOf(statement) {
      const problems: string[] = [];
      for (const sql of splitScript(statement.sql))
        problems.push(...(await problemsOfOne({ ...statement, sql })));
      return problems;
    },
  };
}

/** The tables that a text may name, or all where it asks about datasets. To send the others too would be most of the work. */
function namedIn(sql: string, tables: ReadonlyMap<string, Table>): readonly Table[] {
  const text = sql.toLowerCase();
  const isOfDatasets = text.includes("information_schema");
  return [...tables.values()].filter(({ name }) => isOfDatasets || text.includes(name.toLowerCase()));
}

type Analysis =
  | { readonly kind: "resolved"; readonly resolved: Message }
  | { readonly kind: "invalid"; readonly message: string };

async function analyse(
  zetasql: ZetaSql,
  {
    sql,
    types,
    tables,
  }: {
    readonly sql: string;
    readonly types: readonly (readonly [name: string, type: string])[];
    readonly tables: readonly Table[];
  },
): Promise<Analysis> {
  const queryParameters = types.map(([name, type]) => ({ name, type: typeOf(type) }));
  try {
    const answer = await zetasql.call("Analyze", {
      options: { ...zetasql.analyzerOptions, queryParameters },
      simpleCatalog: catalogOf(zetasql, tables),
      descriptorPoolList: { definitions: [{ builtin: {} }] },
      sqlStatement: sql,
    });
    return { kind: "resolved", resolved: answer };
  } catch (error) {
    return { kind: "invalid", message: error instanceof Error ? error.message : String(error) };
  }
}

/** A column type as ZetaSQL's messages say it. */
export function typeOf(type: string): Message {
  const element = /^array<(\w+)>$/.exec(type)?.[1];
  if (element !== undefined) return { typeKind: "TYPE_ARRAY", arrayType: { elementType: typeOf(element) } };
  return { typeKind: type === "float64" ? "TYPE_DOUBLE" : `TYPE_${type.toUpperCase()}` };
}

function catalogOf(zetasql: ZetaSql, tables: readonly Table[]): Message {
  const datasets = Map.groupBy(tables, ({ dataset }) => dataset);
  return {
    name: "root",
    builtinFunctionOptions: { languageOptions: zetasql.languageOptions },
    catalog: [...datasets].map(([dataset, held]) => ({
      name: dataset,
      table: held.map(tableMessage),
      catalog: [{ name: "INFORMATION_SCHEMA", table: informationSchema(dataset).map(tableMessage) }],
    })),
  };
}

function tableMessage({ dataset, name, columns }: Table): Message {
  return { name, fullName: `${dataset}.${name}`, column: columns };
}

/** The metadata views that the product reads, with the columns that BigQuery documents for them. */
function informationSchema(dataset: string): readonly Table[] {
  const texts = ["table_catalog", "table_schema", "table_name"];
  return [
    {
      dataset,
      name: "COLUMNS",
      columns: [...texts, "column_name", "is_nullable", "data_type", "is_partitioning_column"]
        .map((name) => ({ name, type: typeOf("string") }))
        .concat(
          { name: "ordinal_position", type: typeOf("int64") },
          { name: "clustering_ordinal_position", type: typeOf("int64") },
        ),
    },
    {
      dataset,
      name: "TABLES",
      columns: [...texts, "table_type", "is_fine_grained_mutations_enabled"].map((name) => ({
        name,
        type: typeOf("string"),
      })),
    },
    {
      dataset,
      name: "TABLE_OPTIONS",
      columns: [...texts, "option_name", "option_type", "option_value"].map((name) => ({
        name,
        type: typeOf("string"),
      })),
    },
    {
      dataset,
      name: "PARTITIONS",
      columns: [
        ...[...texts, "partition_id", "storage_tier"].map((name) => ({ name, type: typeOf("string") })),
        ...["total_rows", "total_logical_bytes"].map((name) => ({ name, type: typeOf("int64") })),
        { name: "last_modified_time", type: typeOf("timestamp") },
      ],
    },
  ];
}

function tableOf({ table, columns }: TableShape): Table {
  return {
    dataset: datasetOf(table),
    name: tableNameOf(table),
    columns: columns.map(({ name, type }) => ({ name, type: typeOf(type) })),
  };
}

function failuresView(ledger: string): Table {
  const types: Record<string, string> = { analysis_date: "date", can_retry: "bool", created_at: "timestamp" };
  const names = [
    "processor_name",
    "run_id",
    "analysis_date",
    "entity_id",
    "failure_category",
    "failure_reason",
    "can_retry",
    "created_at",
  ];
  return {
    dataset: ledger,
    name: "precompute_failures",
    columns: names.map((name) => ({ name, type: typeOf(types[name] ?? "string") })),
  };
}

function addTable(tables: Map<string, Table>, table: Table): void {
  tables.set(`${table.dataset}.${table.name}`, table);
}

/** A statement that creates a table makes it known to the statements after it. */
function learnTable(tables: Map<string, Table>, resolved: Message): void {
  const text = JSON.stringify(resolved);
  if (!text.includes('"resolvedCreateTableStmtNode"')) return;
  const path = /"namePath":\["([^"]+)","([^"]+)"\]/.exec(text);
  const [, dataset, name] = path ?? [];
  if (dataset === undefined || name === undefined) return;
  addTable(tables, { dataset, name, columns: columnDefinitions(resolved) });
}

function columnDefinitions(value: unknown): readonly Message[] {
  if (typeof value !== "object" || value === null) return [];
  for (const [key, inner] of Object.entries(value)) {
    if (key === "columnDefinitionList") {
      return (inner as readonly Message[]).map(({ name, type }) => ({ name, type }));
    }
    const found = columnDefinitions(inner);
    if (found.length > 0) return found;
  }
  return [];
}

/** A view is filtered by those who read it. */
function isViewDefinition(resolved: Message): boolean {
  return JSON.stringify(resolved).includes('"resolvedCreateViewStmtNode"');
}
