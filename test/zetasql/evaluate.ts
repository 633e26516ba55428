import { dayNumber, type CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Column } from "../../src/domain/column.ts";
import { parameterNamesOf, tablesOf } from "../../src/domain/sql-tokens.ts";
import type { Parameter, Row, Value } from "../../src/warehouse/warehouse.ts";
import { typeOf } from "./analyser.ts";
import type { Message, ZetaSql } from "./zetasql.ts";

/** A table's rows for one evaluation. */
export type TableContent = {
  readonly table: string;
  readonly columns: readonly Pick<Column, "name" | "type">[];
  readonly rows: readonly Row[];
};

/** Runs a query in ZetaSQL's reference implementation on the rows given; only columns that it names are sent. */
export async function evaluate(
  zetasql: ZetaSql,
  query: {
    readonly sql: string;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly content: readonly TableContent[];
  },
): Promise<readonly Row[]> {
  const words = new Set(query.sql.match(/\w+/g));
  const content = query.content.map(({ table, columns, rows }) => {
    const named = columns.filter(({ name }) => words.has(name));
    return { table, columns: named, rows };
  });
  const names = parameterNamesOf(query.sql);
  const answer = await zetasql.call("EvaluateQuery", {
    sql: withFlatNames(query.sql),
    options: {
      ...zetasql.analyzerOptions,
      queryParameters: names.map((name) => ({ name, type: typeOf(query.parameters[name]?.type ?? "") })),
    },
    descriptorPoolList: { definitions: [{ builtin: {} }] },
    simpleCatalog: {
      name: "root",
      builtinFunctionOptions: { languageOptions: zetasql.languageOptions },
      table: content.map(({ table, columns }, index) => ({
        name: table,
        serializationId: index + 1,
        column: columns.map(({ name, type }) => ({ name, type: typeOf(type) })),
      })),
    },
    tableContent: Object.fromEntries(
      content.map(({ table, columns, rows }) => [
        table,
        {
          tableData: {
            row: rows.map((row) => ({
              cell: columns.map(({ name, type }) => encode(type, row[name] ?? null)),
            })),
          },
        },
      ]),
    ),
    params: names.map((name) => {
      const { type, value } = query.parameters[name] ?? { type: "string", value: null };
      return { name, value: encode(type, value) };
    }),
  });
  return rowsOf(answer);
}

/** The reference implementation finds content by the table's name alone, so a name is one quoted word. */
function withFlatNames(sql: string): string {
  let flat = sql;
  for (const table of tablesOf(sql))
    flat = flat.replaceAll(new RegExp(`\\b${table}\\b`, "g"), `\`${table}\``);
  return flat;
}

function encode(type: string, value: Value): Message {
  if (value === null) return {};
  if (type === "date") return { dateValue: dayNumber(String(value) as CalendarDate) };
  if (type === "int64") return { int64Value: String(value) };
  if (type === "float64") return { doubleValue: Number(value) };
  return type === "bool" ? { boolValue: value === true } : { stringValue: String(value) };
}

type ResultColumn = { readonly name: string; readonly type: Message };

function rowsOf(answer: Message): readonly Row[] {
  const { columns = [] } = answer["prepared"] as { readonly columns?: readonly ResultColumn[] };
  const { tableData } = (answer["content"] ?? {}) as {
    readonly tableData?: { readonly row?: readonly Message[] };
  };
  return (tableData?.row ?? []).map((row) => {
    const cells = (row["cell"] ?? []) as readonly Message[];
    return Object.fromEntries(
      columns.map(({ name }, index): [string, Value] => [name, decode(cells[index] ?? {})]),
    );
  });
}

function decode(cell: Message): Value {
  const kind = Object.keys(cell).find((key) => key.endsWith("Value"));
  const value = kind === undefined ? undefined : cell[kind];
  if (value === undefined) return null;
  if (kind === "dateValue") return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
  if (kind === "int64Value" || kind === "doubleValue") return Number(value);
  if (kind === "arrayValue") return ((value as Message)["element"] as readonly Message[]).map(decode);
  return value as Value;
}
