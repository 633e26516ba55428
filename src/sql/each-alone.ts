import { isColumnName } from "../domain/column.ts";
import { dayNumber, everyDate, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import { tokenizeSql } from "../domain/sql-tokens.ts";
import type { CutPart, Sight, TableCut } from "../domain/table-cut.ts";
import { parseTableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { dateOf, quoteDate, quoteName, quoteTable } from "./identifiers.ts";
import { narrowTables } from "./narrow-tables.ts";

/** The row of the date that is computed; names that no runbook is likely to have. */
const asked = "cascade_asked";

/** The same as a table, for the places where a column of the row beside cannot stand. */
const askedAgain = "cascade_asked_again";

/** Column that tells for which date a row is shown. */
const shownFor = "cascade_shown_for";

/**
 * A query that answers another one once for each date, as if it were asked for this date alone with no table showing more
 * than its cuts: (asked_date, ...what the query gives). `@start_date`, `@end_date` and `@dates` are the date in it, or its last day. No
 * date sees what another one shows: the query stands beside the dates, and each row is shown to the dates that may see
 * it. One column ties the two, since the engine carries each such column through every window and join.
 */
export function eachAlone(dialect: Dialect, query: string, sights: readonly Sight[]): string {
  const tables = shownTables(dialect, sights);
  const read = new Set<number>();
  const narrowed = narrowTables(query, (name) => {
    const place = tables.findIndex(({ identity }) => identity === identityOf(dialect, name));
    if (place < 0) return undefined;
    read.add(place);
    return `select * exclude (${shownFor}) from ${shownName(place)} where ${shownFor} = ${asked}.asked_date`;
  });
  const shown = tables.flatMap(({ rows }, place) =>
    read.has(place) ? [`${shownName(place)} as (\n${rows}\n),`] : [],
  );
  return `with ${shown.join("\n")}
${asked} as (select unnest([${sights.map(({ date }) => quoteDate(dialect, date)).join(", ")}]) as asked_date)
select ${asked}.asked_date, answer.*
from ${asked}
cross join lateral (
with ${askedAgain} as (select ${asked}.asked_date as asked_date)
select * from (
${askForOne(narrowed, (date) => endsOf(dialect, sights, date))}
) as given
) as answer`;
}

function shownName(place: number): string {
  return `cascade_shown_${place}`;
}

function identityOf(dialect: Dialect, name: string): string | undefined {
  const table = parseTableId(name);
  return table && dialect.tableIdentity(table);
}

/** The tables of which some date may not see everything, each with its rows once for each date that may see them. */
function shownTables(
  dialect: Dialect,
  sights: readonly Sight[],
): readonly { readonly identity: string; readonly rows: string }[] {
  const cuts = sights.flatMap((sight) => sight.cuts.map((cut) => ({ ...cut, date: sight.date })));
  return [...Map.groupBy(cuts, ({ table }) => dialect.tableIdentity(table))]
    .filter(([, own]) => own.some(({ parts }) => parts.some(isNarrow)))
    .map(([identity, own]) => ({ identity, rows: shownRows(dialect, own) }));
}

function isNarrow({ ranges, processor }: CutPart): boolean {
  return ranges !== undefined || processor !== undefined;
}

/** The rows of one table, part by part; `cuts` are its cuts, one for each date. */
function shownRows(dialect: Dialect, cuts: readonly (TableCut & { readonly date: CalendarDate })[]): string {
  const parts = cuts.flatMap((cut) => cut.parts.map((part, place) => ({ ...cut, part, place })));
  return [...Map.groupBy(parts, ({ place }) => place).values()]
    .map((own) => {
      const sights = own.map(({ date, part }) => ({ date, ranges: part.ranges }));
      const [first] = own;
      if (first === undefined) throw new Error("A group has at least one part");
      const { table, part } = first;
      const { dateColumn, processor } = part;
      const date = isColumnName(dateColumn)
        ? `stored_row.${quoteName(dialect, dateColumn)}`
        : dateOf(dialect, dateColumn);
      const where =
        processor === undefined ? "" : `\nwhere stored_row.processor_name = ${dialect.quoteText(processor)}`;
      return `select sight.asked_date as ${shownFor}, stored_row.*
from ${quoteTable(dialect, table)} as stored_row
join ${sightRows(dialect, sights)}
  on ${date} ${isListed(sights) ? "= sight.shown_day" : "between sight.from_date and sight.to_date"}${where}`;
    })
    .join("\nunion all\n");
}

type RangeSights = readonly {
  readonly date: CalendarDate;
  readonly ranges: readonly DateRange[] | undefined;
}[];

/** Most days of all ranges together that are listed. */
const mostListed = 5000;

/** Whether every day is listed: days are looked up, where to compare ranges both sides have to be sorted. */
function isListed(sights: RangeSights): boolean {
  const ranges = sights.flatMap(({ ranges: own = [everyDate] }) => own);
  const days = ranges.reduce((sum, { from, to }) => sum + dayNumber(to) - dayNumber(from) + 1, 0);
  return days <= mostListed;
}

function sightRows(dialect: Dialect, sights: RangeSights): string {
  const bounds = `(values ${boundRows(dialect, sights)}) as sight(asked_date, from_date, to_date)`;
  if (!isListed(sights)) return bounds;
  const days = "cast(unnest(generate_series(from_date, to_date, interval 1 day)) as date)";
  return `(select asked_date, ${days} as shown_day from ${bounds}) as sight`;
}

/** Rows of what dates may see: (asked_date, from_date, to_date). */
function boundRows(dialect: Dialect, sights: RangeSights): string {
  const rows = sights.flatMap(({ date, ranges = [everyDate] }) =>
    ranges.map(({ from, to }) => [date, from, to].map((day) => quoteDate(dialect, day))),
  );
  const none = ["cast(null as date)", "cast(null as date)", "cast(null as date)"];
  return (rows.length === 0 ? [none] : rows).map((row) => `(${row.join(", ")})`).join(", ");
}

/** Words that end the condition of a join. */
const conditionEnds = new Set(
  "join left right inner full cross where group order having qualify union except intersect window limit".split(
    " ",
  ),
);

/**
 * The text with the date's row in place of its parameters. In the condition of a join, where DuckDB refuses a column of
 * the row beside, it is asked from a table.
 */
function askForOne(text: string, endOf: (date: string) => string): string {
  const isCondition = [false];
  return tokenizeSql(text)
    .map((token) => {
      const word = token.text.toLowerCase();
      const inside = isCondition.at(-1) === true;
      if (word === "(") isCondition.push(inside);
      if (word === ")") isCondition.pop();
      if (token.kind === "word" && (word === "on" || conditionEnds.has(word)))
        isCondition.splice(-1, 1, word === "on");
      return token.kind === "parameter" ? dateFor(token.text, inside, endOf) : token.text;
    })
    .join("");
}

/** The last day of what a date stands for: the date itself, or of a week or month that its sight tells. */
function endsOf(dialect: Dialect, sights: readonly Sight[], date: string): string {
  const ends = sights.flatMap(({ date: own, until = own }) =>
    until === own ? [] : [`when ${quoteDate(dialect, own)} then ${quoteDate(dialect, until)}`],
  );
  return ends.length === 0 ? date : `case ${date} ${ends.join(" ")} else ${date} end`;
}

function dateFor(parameter: string, inCondition: boolean, endOf: (date: string) => string): string {
  const date = inCondition ? "asked_date" : `${asked}.asked_date`;
  const values: Readonly<Record<string, string>> = {
    "@start_date": date,
    "@end_date": endOf(date),
    "@dates": `[${date}]`,
  };
  const value = values[parameter];
  if (value === undefined) return parameter;
  return inCondition ? `(select ${value} from ${askedAgain})` : value;
}
