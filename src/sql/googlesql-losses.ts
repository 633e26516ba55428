import { everyDate } from "../domain/calendar-date.ts";
import { kindOfType, type ColumnType, type TypeKind } from "../domain/column.ts";
import { digitsOf, isDecimal, type DecimalType } from "../domain/decimal.ts";

type Loss = { readonly when: string; readonly words: string };

/**
 * A condition that holds where BigQuery's cast of a value to the type would change it, and how to say so; undefined where
 * only a cast that the statement's analysis refuses could. The type of the value is not known, and comparisons between
 * types are refused: the condition asks the literal of the value, which tells its type, and its text.
 */
export function googlesqlLoss(type: ColumnType, value: string): Loss | undefined {
  if (isDecimal(type)) return lossUnless(value, keepsDecimal(type, value), `is no number of ${type}`);
  const [keeps, words] = losses[kindOfType(type)] ?? [];
  if (keeps === undefined || words === undefined) return undefined;
  return lossUnless(value, keeps(value), words);
}

function lossUnless(value: string, keeps: string, words: string): Loss {
  return { when: `${value} is not null and not coalesce(${keeps}, false)`, words };
}

/** By type, whether a value that is not NULL stays what it is, NULL where its cast fails, and what it is else. */
const losses: Partial<Record<TypeKind, readonly [keeps: (value: string) => string, words: string]>> = {
  int64: [keepsInteger, "is no whole number of 64 bits"],
  float64: [keepsFloat, "is no number that a float holds"],
  bool: [keepsBoolean, "is neither true nor false"],
  date: [keepsDate, "is no date alone of the years 1000 to 9999"],
  timestamp: [keepsTimestamp, "is no instant of the years 1000 to 9999 to the microsecond"],
  datetime: [keepsDatetime, "is no date and time of the years 1000 to 9999 to the microsecond"],
  time: [keepsTime, "is no time of day alone"],
  bytes: [keepsBytes, "is no bytes"],
};

/** The literal of a value: texts stand in quotes, decimals and times behind the name of their type. */
function literalOf(value: string): string {
  return `format('%T', ${value})`;
}

function textOf(value: string): string {
  return `cast(${value} as string)`;
}

function keepsInteger(value: string): string {
  const whole = `safe_cast(${value} as int64)`;
  return `case
    when regexp_contains(${literalOf(value)}, r'^[\\x22\\x27tf]') then false
    when regexp_contains(${literalOf(value)}, r'NUMERIC') then cast(${whole} as bignumeric) = safe_cast(${textOf(value)} as bignumeric)
    else cast(${whole} as float64) = safe_cast(${textOf(value)} as float64)
  end`;
}

/** A decimal becomes the nearest float, as everywhere; a whole number must not become another one. */
function keepsFloat(value: string): string {
  const float = `safe_cast(${value} as float64)`;
  return `case
    when regexp_contains(${literalOf(value)}, r'^[\\x22\\x27]') then false
    when regexp_contains(${literalOf(value)}, r'^(-|)[0-9]+$') then safe_cast(${float} as bignumeric) = safe_cast(${textOf(value)} as bignumeric)
    else ${float} is not null
  end`;
}

/** The type has no digits of its own there, so all of them are asked here. */
function keepsDecimal(type: DecimalType, value: string): string {
  const { precision, scale } = digitsOf(type);
  const rounded = `round(safe_cast(${value} as bignumeric), ${scale})`;
  const isWithin = `abs(${rounded}) < bignumeric '1e${precision - scale}'`;
  return `case
    when regexp_contains(${literalOf(value)}, r'^[\\x22\\x27tf]') then false
    when regexp_contains(${literalOf(value)}, r'NUMERIC|^(-|)[0-9]+$') then ${rounded} = safe_cast(${value} as bignumeric) and ${isWithin}
    else cast(${rounded} as float64) = safe_cast(${textOf(value)} as float64) and ${isWithin}
  end`;
}

/** Only a bool casts to these texts, but for the texts themselves. */
function keepsBoolean(value: string): string {
  return `${textOf(value)} in ('true', 'false') and not regexp_contains(${literalOf(value)}, r'^b?[\\x22\\x27]')`;
}

function keepsBytes(value: string): string {
  return `regexp_contains(${literalOf(value)}, r'^b[\\x22\\x27]')`;
}

/** A text that is a date and no more loses nothing; a zone would have to be chosen. */
function keepsDate(value: string): string {
  const isMidnight = String.raw`r' 00:00:00([+-][0-9:]+|)$'`;
  return `safe_cast(${value} as date) >= date '${everyDate.from}' and case
    when regexp_contains(${literalOf(value)}, r'^(DATETIME|TIMESTAMP) ') then regexp_contains(${textOf(value)}, ${isMidnight})
    else cast(safe_cast(${value} as date) as string) = ${textOf(value)}
  end`;
}

function keepsTimestamp(value: string): string {
  return `safe_cast(${value} as timestamp) >= timestamp '${everyDate.from} 00:00:00+00'`;
}

/** What has a zone is another thing than a date and a time. */
function keepsDatetime(value: string): string {
  return `not regexp_contains(${literalOf(value)}, r'^TIMESTAMP ') and safe_cast(${value} as datetime) >= datetime '${everyDate.from} 00:00:00'`;
}

function keepsTime(value: string): string {
  return `cast(safe_cast(${value} as time) as string) = ${textOf(value)}`;
}
