import { tupleText } from "../../domain/tuple-text.ts";
import type { CalendarDate } from "../../domain/calendar-date.ts";
import { hasOrder, kindOfType, type Column, type TypeKind } from "../../domain/column.ts";
import { undeclared } from "../../runbook/described-columns.ts";
import type { Distribution, Processor, Source } from "../../runbook/runbook.ts";
import { shareStatus, statusAt, worstStatus, type FieldCheck } from "./contamination-table.ts";
import type { CountedFields, DateValues, MeasuredValues, RangeValues } from "./table-values.ts";

/** A column is judged constant only over so many dates and rows: fewer may be alike by chance. */
const constantDates = 10;
const constantRows = 30;

/** Critical fields of one date with rows, or of all rows when it is undefined; one check each. */
export function judgeFields(
  table: Source | Processor,
  row: CountedFields,
  date: CalendarDate | undefined,
): readonly FieldCheck[] {
  return table.critical.map(({ field, valid, level }, number) => {
    const rows = row.checked[number] ?? 0;
    const invalid = rows - (row.valid[number] ?? 0);
    const share = shareStatus({ rows, invalid });
    const status = share === "clean" || level === "block" ? share : statusAt(level);
    const detail = status === "clean" ? "" : `${invalid} of ${rows} rows break "${valid}"`;
    return { detector: "valid", field, date, rows, invalid, status, detail };
  });
}

/** One entry over the range for every field and detector: sums, and the status of the worst date. */
export function summarizeFields(checks: readonly FieldCheck[]): readonly FieldCheck[] {
  const groups = Map.groupBy(checks, ({ detector, field }) => tupleText([detector, field]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const bad = group.filter(({ status }) => status !== "clean");
    return [
      {
        ...first,
        date: undefined,
        rows: group.reduce((total, { rows }) => total + rows, 0),
        invalid: group.reduce((total, { invalid }) => total + invalid, 0),
        status: worstStatus(group.map(({ status }) => status)),
        detail:
          bad.length === 0
            ? ""
            : `${bad.length} of ${group.length} dates; first ${bad[0]?.date}: ${bad[0]?.detail}`,
      },
    ];
  });
}

/** Distributions of a date, or of all rows when it is undefined, in the order of the values; a bound that does not apply gives none. */
export function judgeDistributions(
  distributions: readonly Distribution[],
  row: MeasuredValues,
  date: CalendarDate | undefined,
): readonly FieldCheck[] {
  return distributions.flatMap((distribution, number) => {
    if (row.applies[number] !== 1) return [];
    const measured = row.value[number];
    const isInside = measured !== undefined && isBetween(measured, distribution);
    const rows = row.row_count;
    return [
      {
        detector: "distribution",
        field: distribution.name,
        date,
        rows,
        invalid: isInside ? 0 : rows,
        status: isInside ? "clean" : statusAt(distribution.level),
        detail: isInside ? "" : `${measured ?? "no value"}, expected ${boundsOf(distribution)}`,
      },
    ];
  });
}

/**
 * Columns that may not be one value over a range: declared, and not as constant or bounded to one value, not of the key,
 * and of values that have an order. Whether they are is judged by `judgeConstants`.
 */
export function variableColumns(table: Source | Processor): readonly Column[] {
  return table.columns.filter(
    ({ name, type, nullable, constant, values, min, max }) =>
      nullable !== undeclared &&
      constant === undefined &&
      name !== table.dateColumn &&
      !table.key.includes(name) &&
      hasOrder(type) &&
      values?.length !== 1 &&
      (min === undefined || min !== max),
  );
}

/**
 * Columns that hold one value in every row of the range, or nothing although required. A nullable column that is NULL
 * anywhere varies: its reason holds here and not there, or it holds throughout.
 */
export function judgeConstants(columns: readonly Column[], row: RangeValues): readonly FieldCheck[] {
  const rows = row.row_count;
  if (row.date_count < constantDates || rows < constantRows) return [];
  return columns.map(({ name, nullable, level = "warn" }, number) => {
    const [distinct, nulls] = [row.distinct[number], row.nulls[number]];
    const isConstant = (distinct === 1 && nulls === 0) || (distinct === 0 && nullable === undefined);
    return {
      detector: "constant",
      field: name,
      date: undefined,
      rows,
      invalid: isConstant ? rows : 0,
      status: isConstant ? statusAt(level) : "clean",
      detail: isConstant ? `one value in all ${rows} rows, and not declared constant` : "",
    };
  });
}

const measures: ReadonlySet<TypeKind> = new Set(["float64", "numeric"]);

/**
 * Dates whose rows repeat those of the calendar date before but for the date. Only tables with a measure besides the
 * key are judged, and only dates of two rows or more: single rows may be alike by chance.
 */
export function judgeDuplicates(
  table: Source | Processor,
  byDate: ReadonlyMap<CalendarDate, DateValues>,
  dates: readonly CalendarDate[],
): readonly FieldCheck[] {
  const hasMeasure = table.columns.some(
    ({ name, type }) => measures.has(kindOfType(type)) && !table.key.includes(name),
  );
  if (!hasMeasure) return [];
  return dates.flatMap((date, index) => {
    const [row, before] = [byDate.get(date), byDate.get(dates[index - 1] ?? date)];
    if (index === 0 || row === undefined || before === undefined) return [];
    const rows = row.row_count;
    if (rows < 2 || row.version !== before.version) return [];
    const detail = `all ${rows} rows repeat those of ${dates[index - 1]}`;
    return [{ detector: "duplicate", field: "*", date, rows, invalid: rows, status: "contaminated", detail }];
  });
}

function isBetween(value: number, { min, max }: Distribution): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function boundsOf({ min, max }: Distribution): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}
