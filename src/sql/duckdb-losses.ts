import { kindOfType, type ColumnType, type TypeKind } from "../domain/column.ts";
import { digitsOf, isDecimal, type DecimalType } from "../domain/decimal.ts";

const small = "'TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT', 'UINTEGER'";

/** By type, what a value loses in it: conditions on `value`, of whatever type that is, and in words. */
const losses: Partial<Record<TypeKind, readonly [loses: (value: string) => string, words: string]>> = {
  int64: [losesInteger, "is no whole number of 64 bits"],
  float64: [losesFloat, "is no number that a float holds"],
  bool: [losesBoolean, "is neither true nor false"],
  date: [losesDate, "is no date alone"],
  timestamp: [losesInstant, "is no instant to the microsecond"],
  datetime: [losesDatetime, "is no date and time to the microsecond"],
  time: [losesTime, "is no time of day alone"],
  "array<int64>": [losesIntegers, "holds what is no whole number of 64 bits"],
  "array<float64>": [losesFloats, "holds what is no number that a float holds"],
};

/**
 * A condition that holds where DuckDB's cast of a value to the type would change it, and how to say so; undefined where
 * it changes none. The type of the value is known when the statement is planned, so a value of the type costs nothing.
 */
export function duckdbLoss(
  type: ColumnType,
  value: string,
): { readonly when: string; readonly words: string } | undefined {
  if (isDecimal(type)) return { when: losesDecimal(type, value), words: `is no number of ${type}` };
  const [loses, words] = losses[kindOfType(type)] ?? [];
  return loses === undefined || words === undefined ? undefined : { when: loses(value), words };
}

function losesInteger(value: string): string {
  const whole = `try_cast(${value} as bigint)`;
  return `case
    when typeof(${value}) in ('BIGINT', ${small}) then false
    when ${value} is null then false
    when typeof(${value}) in ('DOUBLE', 'FLOAT') then coalesce(cast(${whole} as double) <> try_cast(${value} as double), true)
    when typeof(${value}) like 'DECIMAL%' or typeof(${value}) in ('HUGEINT', 'UHUGEINT', 'UBIGINT')
      then coalesce(cast(${whole} as varchar) <> regexp_replace(cast(${value} as varchar), '\\.0*$', ''), true)
    else true
  end`;
}

function losesFloat(value: string): string {
  const float = `try_cast(${value} as double)`;
  return `case
    when typeof(${value}) in ('DOUBLE', 'FLOAT', ${small}) or typeof(${value}) like 'DECIMAL%' then false
    when ${value} is null then false
    when typeof(${value}) in ('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT')
      then abs(${float}) >= 9007199254740992
        and coalesce(cast(try_cast(${float} as hugeint) as varchar) <> cast(${value} as varchar), true)
    else true
  end`;
}

/** A number of other digits loses nothing where its digits are the same; a float, where it is the float nearest to them. */
function losesDecimal(type: DecimalType, value: string): string {
  const { precision, scale } = digitsOf(type);
  const spelt = `decimal(${precision},${scale})`;
  const decimal = `try_cast(${value} as ${spelt})`;
  return `case
    when typeof(${value}) = '${spelt.toUpperCase()}' then false
    when ${value} is null then false
    when typeof(${value}) in ('DOUBLE', 'FLOAT') then coalesce(cast(${decimal} as double) <> try_cast(${value} as double), true)
    when typeof(${value}) like 'DECIMAL%' or typeof(${value}) in ('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', ${small})
      then coalesce(${shortest(decimal)} <> ${shortest(value)}, true)
    else true
  end`;
}

/** The digits of a number without zeros behind the last that counts. */
function shortest(value: string): string {
  return `regexp_replace(regexp_replace(cast(${value} as varchar), '(\\.[0-9]*?)0+$', '\\1'), '\\.$', '')`;
}

function losesBoolean(value: string): string {
  return `case
    when typeof(${value}) = 'BOOLEAN' then false
    else coalesce(cast(${value} as varchar) not in ('0', '1', 'true', 'false'), false)
  end`;
}

/** A text that is a date and no more loses nothing; a zone would have to be chosen. */
function losesDate(value: string): string {
  return `case
    when typeof(${value}) = 'DATE' then false
    when ${value} is null then false
    when typeof(${value}) like 'TIMESTAMP%' then not ends_with(cast(${value} as varchar), ' 00:00:00')
    else coalesce(cast(try_cast(${value} as date) as varchar) <> cast(${value} as varchar), true)
  end`;
}

/** Of a text, digits behind the microsecond are asked; zones of texts are those of the session. */
function losesInstant(value: string): string {
  return `case
    when typeof(${value}) in ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP WITH TIME ZONE', 'DATE') then false
    when ${value} is null then false
    when typeof(${value}) = 'TIMESTAMP_NS' then cast(${value} as varchar) <> cast(cast(try_cast(${value} as timestamp) as timestamp_ns) as varchar)
    else try_cast(${value} as timestamp) is null or regexp_matches(cast(${value} as varchar), '\\.\\d{6}\\d*[1-9]')
  end`;
}

/** What has a zone is another thing than a date and a time. */
function losesDatetime(value: string): string {
  return `case
    when typeof(${value}) = 'TIMESTAMP WITH TIME ZONE' then ${value} is not null
    when typeof(${value}) = 'VARCHAR' and regexp_matches(cast(${value} as varchar), ':\\d{2}.*([zZ]|[+-]\\d{2}(:?\\d{2})?)$') then true
    else ${losesInstant(value)}
  end`;
}

function losesTime(value: string): string {
  return `case
    when typeof(${value}) = 'TIME' then false
    when ${value} is null then false
    else coalesce(cast(try_cast(cast(${value} as varchar) as time) as varchar) <> cast(${value} as varchar), true)
  end`;
}

function losesFloats(value: string): string {
  const exact = `try_cast(${value} as hugeint[])`;
  return `case
    when ${value} is null or regexp_matches(typeof(${value}), '^(DOUBLE|FLOAT|U?(TINYINT|SMALLINT|INTEGER)|DECIMAL[(][0-9]+,[0-9]+[)]|"NULL"|NULL)\\[[0-9]*\\]$') then false
    when regexp_matches(typeof(${value}), '^(BIGINT|UBIGINT|HUGEINT|UHUGEINT)\\[[0-9]*\\]$')
      then ${exact} is null or try_cast(try_cast(${value} as double[]) as hugeint[]) is distinct from ${exact}
    else true
  end`;
}

function losesIntegers(value: string): string {
  const floats = `try_cast(${value} as double[])`;
  return `case
    when typeof(${value}) in ('BIGINT[]', 'INTEGER[]', 'SMALLINT[]', 'TINYINT[]') then false
    when ${value} is null then false
    when regexp_matches(typeof(${value}), '^(DOUBLE|FLOAT|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL[(][0-9]+,[0-9]+[)]|"NULL"|NULL)\\[[0-9]*\\]$')
      then cast(try_cast(${value} as bigint[]) as double[]) is distinct from ${floats}
    else true
  end`;
}
