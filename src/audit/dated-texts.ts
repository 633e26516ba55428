import { normalizeSql } from "../domain/sql-tokens.ts";
import { formatWindow } from "../domain/window.ts";
import { createHash } from "node:crypto";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { endOf, type Every } from "../domain/every.ts";
import { everyOf } from "../plan/calendar/own-days.ts";
import type { Cause } from "../runbook/cause.ts";
import type { Relation, Runbook } from "../runbook/runbook.ts";
import { calendarQuery } from "../sql/calendar.ts";
import { calendarColumns } from "../sql/content-hash.ts";
import type { Dialect } from "../sql/dialect.ts";
import { quoteDate, quoteName } from "../sql/identifiers.ts";
import { toldColumns } from "../sql/text-difference.ts";
import type { Parameter } from "../warehouse/warehouse.ts";
import type { DatedText } from "./audit-text.ts";

/** A relation, asked about a date. */
export function relationText(dialect: Dialect, runbook: Runbook, relation: Relation): DatedText {
  const text = dialect.columnType("string");
  const every = everyOfRelation(runbook, relation);
  return {
    name: `the relation "${relation.name}"`,
    text: relation.sql.text,
    reads: relation.reads,
    told: {
      entity: `cast(entity_id as ${text})`,
      value: `coalesce(cast(analysis_date as ${text}), '') || ': ' || coalesce(cast(detail as ${text}), '')`,
    },
    parametersOn: (date) => datedParameters(runbook, date, endOf(every, date)),
  };
}

/** How often the processor of a relation has a partition. */
export function everyOfRelation({ processors }: Pick<Runbook, "processors">, relation: Relation): Every {
  return everyOf(processors.find(({ relations }) => relations.includes(relation)) ?? {});
}

/** A cause, asked about a date of a processor. */
export function causeText(
  dialect: Dialect,
  runbook: Runbook,
  { cause, processor }: { readonly cause: Cause; readonly processor: string },
): DatedText {
  const text = dialect.columnType("string");
  return {
    name: `the cause "${cause.id}" of ${processor}`,
    text: cause.sql.text,
    reads: cause.reads,
    told: { entity: `cast(cause as ${text})`, value: `cast(failures as ${text})` },
    parametersOn: (date) => ({
      ...datedParameters(runbook, date),
      processor_name: { type: "string", value: processor },
    }),
  };
}

/** The calendar's row of a date; undefined where it comes from a rule. */
export function calendarText(dialect: Dialect, { calendar, periods }: Runbook): DatedText | undefined {
  const { origin, dateColumn } = calendar;
  if (origin.kind === "rule") return undefined;
  const date = quoteName(dialect, dateColumn);
  const columns = calendarColumns(calendar).map(({ name }) => quoteName(dialect, name));
  return {
    name: "the calendar",
    text: calendarQuery(dialect, calendar, periods),
    reads: origin.reads,
    told: {
      entity: `cast(${date} as ${dialect.columnType("string")})`,
      value: toldColumns(dialect, columns),
    },
    ofDate: (day) => `${date} = ${quoteDate(dialect, day)}`,
    parametersOn: () => ({}),
  };
}

/** What a statement is to an audit, as a hash: its text without layout, what it reads, and the parameters. */
export function textDefinition(
  { parameters }: Pick<Runbook, "parameters">,
  { name, text, reads }: DatedText,
): string {
  const read = reads.map(
    ({ table, window }) => `${table} ${window === undefined ? "" : formatWindow(window)}`,
  );
  const facts = [name, normalizeSql(text), read.toSorted(), parameters.map((one) => [one.name, one.value])];
  return createHash("sha256")
    .update(JSON.stringify(facts, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)))
    .digest("hex")
    .slice(0, 32);
}

function datedParameters(
  { parameters }: Runbook,
  date: CalendarDate,
  until = date,
): Readonly<Record<string, Parameter>> {
  const declared = parameters.map(({ name, type, value }): [string, Parameter] => [name, { type, value }]);
  return {
    ...Object.fromEntries(declared),
    start_date: { type: "date", value: date },
    end_date: { type: "date", value: until },
  };
}
