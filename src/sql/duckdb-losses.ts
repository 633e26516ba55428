import { everyDate } from "../domain/calendar-date.ts";
import { kindOfType, type ColumnType, type TypeKind } from "../domain/column.ts";
import { digitsOf, isDecimal, type DecimalType } from "../domain/decimal.ts";

const small = "'TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT', 'UINTEGER'";

/** By type, what a value loses in it: conditions on `value`, of whatever type that is, and in words. */
const losses: Partial<Record<TypeKind, readonly [loses: (value: string) => string, words: string]>> = {
  string: [losesText, "is no text"],
  int64: [losesInteger, "is no whole number of 64 bits"],
  float64: [losesFloat, "is no number that a float holds"],
  bool: [losesBoolean, "is neither true nor false"],
  date: [losesDate, "is no date alone of the years 1000 to 9999"],
  timestamp: [losesInstant, "is no instant of the years 1000 to 9999 to the microsecond"],
  datetime: [losesDatetime, "is no date and time of the years 1000 to 9999 to the microsecond"],
  time: [losesTime, "is no time of day alone"],
  json: [losesJson, "is no JSON"],
  bytes: [losesBytes, "is no bytes"],
  "array<string>": [losesTexts, "holds what is no text"],
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

/** A value, of whatever type, in DuckDB's type of instants: what has a zone as its UTC time. */
export function duckdbInstant(value: string): string {
  return `case when typeof(${value}) = 'TIMESTAMP WITH TIME ZONE'
    then timezone('UTC', try_cast(${value} as timestamptz))
    when typeof(${value}) = 'VARCHAR'
    then timezone('UTC', try_cast(cast(${value} as varchar) as timestamptz))
    else try_cast(${value} as timestamp)
  end`;
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

/** Types of values that DuckDB writes as text in a way of its own. */
const noText = "STRUCT|MAP|UNION|VARIANT|BLOB";

/** A number or a date is its text everywhere; lists and what has parts have none. */
function losesText(value: string): string {
  return `${value} is not null and regexp_matches(typeof(${value}), '^(${noText})|\\]$')`;
}

/** A text is no list, also where DuckDB reads it as one. */
function losesTexts(value: string): string {
  return `case
    when ${value} is null then false
    else regexp_matches(typeof(${value}), '^(${noText})|\\]\\[[0-9]*\\]$|[^]]$')
  end`;
}

/** DuckDB takes texts and numbers for truth values. */
function losesBoolean(value: string): string {
  return `${value} is not null and typeof(${value}) <> 'BOOLEAN'`;
}

/** Everything has a form in JSON, but of a text its JSON is meant. */
function losesJson(value: string): string {
  return `case
    when typeof(${value}) = 'VARCHAR' then not coalesce(json_valid(cast(${value} as varchar)), true)
    else false
  end`;
}

/** DuckDB reads backslashes in a text as bytes, and takes no letter with an accent. */
function losesBytes(value: string): string {
  return `${value} is not null and typeof(${value}) <> 'BLOB'`;
}

/** A text that is a date and no more loses nothing; a zone would have to be chosen. */
function losesDate(value: string): string {
  return `case
    when ${value} is null then false
    when ${isOutside(`try_cast(${value} as date)`)} then true
    when typeof(${value}) = 'DATE' then false
    when typeof(${value}) like 'TIMESTAMP%' then not ends_with(cast(${value} as varchar), ' 00:00:00')
    else coalesce(cast(try_cast(${value} as date) as varchar) <> cast(${value} as varchar), true)
  end`;
}

/** Whether a date or an instant is none that every reader can name: infinite, of other years, or NULL. */
function isOutside(instant: string): string {
  const { from, to } = everyDate;
  return `coalesce(${instant} < '${from}' or ${instant} >= cast('${to}' as date) + interval 1 day, true)`;
}

/** Of a text, digits behind the microsecond are asked; zones of texts are those of the session. */
function losesInstant(value: string): string {
  return losesTimestamp(value, duckdbInstant(value));
}

function losesTimestamp(value: string, instant: string): string {
  return `case
    when ${value} is null then false
    when ${isOutside(instant)} then true
    when typeof(${value}) in ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP WITH TIME ZONE', 'DATE') then false
    when typeof(${value}) = 'TIMESTAMP_NS' then cast(${value} as varchar) <> cast(cast(try_cast(${value} as timestamp) as timestamp_ns) as varchar)
    else not regexp_matches(cast(${value} as varchar), '^\\d') or regexp_matches(cast(${value} as varchar), '\\.\\d{6}\\d*[1-9]')
  end`;
}

/** What has a zone is another thing than a date and a time. */
function losesDatetime(value: string): string {
  return `case
    when typeof(${value}) = 'TIMESTAMP WITH TIME ZONE' then ${value} is not null
    when typeof(${value}) = 'VARCHAR' and regexp_matches(cast(${value} as varchar), ':\\d{2}.*([zZ]|[+-]\\d{2}(:?\\d{2})?)$') then true
    else ${losesTimestamp(value, `try_cast(${value} as timestamp)`)}
  end`;
}

/** DuckDB has a time of day that is the next day's first. */
function losesTime(value: string): string {
  const text = `cast(${value} as varchar)`;
  return `case
    when typeof(${value}) = 'TIME' then coalesce(try_cast(${value} as time) >= time '24:00:00', false)
    when ${value} is null then false
    else starts_with(${text}, '24:') or coalesce(cast(try_cast(${text} as time) as varchar) <> ${text}, true)
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
