import { parameterNamesOf } from "../domain/sql-tokens.ts";
import { elementTypeOf, type Column } from "../domain/column.ts";
import { googlesql } from "../sql/googlesql.ts";
import type { Timing } from "./bigquery-timing.ts";
import { queryParameter } from "./bigquery-values.ts";
import type { Statement } from "./warehouse.ts";

/** A project to work in, and the bounds of every job. */
export type BigQueryOptions = {
  readonly project: string;
  /** Where the datasets are, as `EU`; the service's default when absent. */
  readonly location?: string | undefined;
  /** Zone in which instants become dates; the service takes UTC unless told. */
  readonly timeZone?: string;
  /** Labels of every job; of a value what no label may hold is replaced. */
  readonly labels?: Readonly<Record<string, string>>;
  /** No job may be billed for more; a query that would be is refused before it runs. */
  readonly maximumBytes?: number | undefined;
  /** Minutes after which the service gives a job up. */
  readonly jobMinutes?: number | undefined;
  /** Jobs at a time, of all sessions; no limit when absent. */
  readonly parallel?: number | undefined;
  readonly priority?: "interactive" | "batch" | undefined;
  /** Full name of the reservation whose slots jobs use. */
  readonly reservation?: string | undefined;
  /** Address of an emulator, as `http://localhost:9050`; requests to it are not signed. */
  readonly endpoint?: string | undefined;
  readonly timing?: Partial<Timing>;
};

/** The limit on billed bytes when none is given: 100 GiB. */
const usualMaximumBytes = 100 * 2 ** 30;

/** What every job says beside what it does. */
export function jobConfiguration(options: BigQueryOptions, { jobMs }: Pick<Timing, "jobMs">): object {
  const { reservation, labels = {} } = options;
  const own = Object.entries(labels).map(([name, text]) => [name, labelValue(text)]);
  return {
    jobTimeoutMs: String(jobMs),
    labels: { tool: "cascade", ...Object.fromEntries(own) },
    ...(reservation === undefined ? {} : { reservation }),
  };
}

/** The longest that the service takes, in what it allows: lower-case letters, digits, `-` and `_`. */
function labelValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "_")
    .slice(0, 63);
}

/** A query that may be billed no more than is allowed. */
export function boundedQuery(options: BigQueryOptions, statement: Statement): object {
  const { maximumBytes = usualMaximumBytes, priority = "interactive" } = options;
  return {
    ...queryConfiguration(options, statement),
    maximumBytesBilled: String(maximumBytes),
    priority: priority.toUpperCase(),
  };
}

/** What a statement is to the service, run or not. */
export function queryConfiguration(
  { timeZone }: BigQueryOptions,
  { sql, parameters = {} }: Statement,
): object {
  const queryParameters = parameterNamesOf(sql).map((name) => {
    const parameter = parameters[name];
    if (parameter === undefined) throw new Error(`No value for the parameter @${name}`);
    return queryParameter(name, parameter);
  });
  return {
    query: sql,
    useLegacySql: false,
    ...(timeZone === undefined ? {} : { connectionProperties: [{ key: "time_zone", value: timeZone }] }),
    ...(queryParameters.length === 0 ? {} : { parameterMode: "NAMED", queryParameters }),
  };
}

/** A column of a file to load; arrays are repeated fields there. */
export function loadField({ name, type }: Pick<Column, "name" | "type">): object {
  const element = elementTypeOf(type);
  return element === undefined
    ? { name, type: googlesql.columnType(type).toUpperCase(), mode: "NULLABLE" }
    : { name, type: element.toUpperCase(), mode: "REPEATED" };
}
