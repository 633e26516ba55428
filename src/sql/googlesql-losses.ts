import type { ColumnType } from "../domain/column.ts";

type Loss = { readonly when: string; readonly words: string };

/**
 * A condition that holds where BigQuery's cast of a value to the type would change it, and how to say so; undefined where
 * only a cast that the statement's analysis refuses could. The type of the value is not known, and comparisons between
 * types are refused: the condition asks the literal of the value, which tells its type, and its text.
 */
export function googlesqlLoss(type: ColumnType, value: string): Loss | undefined {
  const [keeps, words] = losses[type] ?? [];
  if (keeps === undefined || words === undefined) return undefined;
  return { when: `${value} is not null and not coalesce(${keeps(value)}, false)`, words };
}

/** By type, whether a value that is not NULL stays what it is, NULL where its cast fails, and what it is else. */
const losses: Partial<Record<ColumnType, readonly [keeps: (value: string) => string, words: string]>> = {
  int64: [keepsInteger, "is no whole number of 64 bits"],
  float64: [keepsFloat, "is no number that a float holds"],
  bool: [keepsBoolean, "is neither true nor false"],
  date: [keepsDate, "is no date alone"],
  timestamp: [keepsTimestamp, "is no instant to the microsecond"],
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

function keepsBoolean(value: string): string {
  return `safe_cast(${value} as bool) is not null and ${textOf(value)} in ('0', '1', 'true', 'false')`;
}

/** A text that is a date and no more loses nothing; a zone would have to be chosen. */
function keepsDate(value: string): string {
  const isMidnight = String.raw`r' 00:00:00([+-][0-9:]+|)$'`;
  return `case
    when regexp_contains(${literalOf(value)}, r'^(DATETIME|TIMESTAMP) ') then regexp_contains(${textOf(value)}, ${isMidnight})
    else cast(safe_cast(${value} as date) as string) = ${textOf(value)}
  end`;
}

function keepsTimestamp(value: string): string {
  return `safe_cast(${value} as timestamp) is not null`;
}
