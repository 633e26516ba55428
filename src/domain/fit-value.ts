import { parseCalendarDate } from "./calendar-date.ts";
import { elementTypeOf, isOpaque, type ColumnType, type NamedType } from "./column.ts";
import { fitDecimal, isDecimal } from "./decimal.ts";
import { NumberText } from "./exact-json.ts";

type Scalar = Exclude<NamedType, `array<${string}>`>;

/**
 * The JSON text of a value (of `parseExactJson`) as a column of a type holds it, one text for equal values; undefined
 * when the type cannot hold it without loss: fractions as int64, text as numbers, times as dates, half a character, what
 * overflows.
 */
export function fitValue(type: ColumnType, value: unknown): string | undefined {
  if (value === null) return "null";
  if (isDecimal(type)) {
    const digits = value instanceof NumberText ? value.text : value;
    return typeof digits === "string" ? fitDecimal(type, digits) : undefined;
  }
  if (isOpaque(type)) return exactJson(value);
  const element = elementTypeOf(type);
  if (element === undefined) return fitters[type as Scalar](value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item: unknown) => (item === null ? "null" : fitters[element](item)));
  return items.includes(undefined) ? undefined : `[${items.join(",")}]`;
}

const fitters: Readonly<Record<Scalar, (value: unknown) => string | undefined>> = {
  string: (value) => (typeof value === "string" && value.isWellFormed() ? JSON.stringify(value) : undefined),
  bool: (value) => (typeof value === "boolean" ? String(value) : undefined),
  int64: (value) => (value instanceof NumberText ? fitInteger(value.text) : undefined),
  float64: (value) => (value instanceof NumberText ? fitFloat(value.text) : undefined),
  date: (value) => (typeof value === "string" ? fitDate(value) : undefined),
  timestamp: (value) => (typeof value === "string" ? fitTimestamp(value) : undefined),
  datetime: (value) => (typeof value === "string" && !zoned.test(value) ? fitTimestamp(value) : undefined),
  time: (value) => (typeof value === "string" ? fitTime(value) : undefined),
  json: exactJson,
  bytes: (value) => (typeof value === "string" ? JSON.stringify(value) : undefined),
};

const zoned = /:[\d.]+\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$/;

/** Any value of `parseExactJson` as JSON, numbers with the digits that they have. */
function exactJson(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map(exactJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${exactJson(part)}`)
    .join(",")}}`;
}

/** A time of day to the microsecond, with six decimals where it has a fraction of a second. */
function fitTime(text: string): string | undefined {
  const [found, head = "", second = "00", fraction = ""] =
    /^((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6})0*)?)?$/.exec(text) ?? [];
  if (found === undefined) return undefined;
  return JSON.stringify(`${head}:${second}${/[1-9]/.test(fraction) ? `.${fraction.padEnd(6, "0")}` : ""}`);
}

const mostDigits = 15;

/** Digits of the largest integer of 64 bits: JSON begins no longer number with a zero. */
const int64Digits = 19;

/** Also `2.0` and `1e3`, as long as a JavaScript number holds every digit. */
function fitInteger(text: string): string | undefined {
  if (/^-?\d+$/.test(text) && text.length > int64Digits + 1) return undefined;
  if (/^-?\d+$/.test(text))
    return BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? String(BigInt(text)) : undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || digitsOf(text) > mostDigits) return undefined;
  return String(BigInt(number));
}

function digitsOf(text: string): number {
  const [mantissa = ""] = text.split(/e/i);
  return mantissa.replaceAll(/\D/g, "").replace(/^0+/, "").length;
}

/** Not an integer whose last digits would be lost, nor what overflows or vanishes. */
function fitFloat(text: string): string | undefined {
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  const isShortest = text === String(number);
  if (!isShortest && /^-?\d+$/.test(text) && BigInt(text) !== BigInt(number)) return undefined;
  if (number === 0 && /[1-9]/.test(text.split(/e/i)[0] ?? "")) return undefined;
  return floatText(number);
}

/** A float as JSON on either engine; one that is not finite by its name, since JSON has no number for it. */
export function floatText(number: number): string {
  if (!Number.isFinite(number)) return JSON.stringify(String(number));
  return Object.is(number, -0) ? "-0.0" : JSON.stringify(number);
}

/** A day, also as the timestamp at its start. */
function fitDate(text: string): string | undefined {
  const day = /^(\S{10})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/.exec(text)?.[1];
  const date = day === undefined ? undefined : parseCalendarDate(day);
  return date === undefined ? undefined : JSON.stringify(date);
}

const instant =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6})0*)?)?\s?(?:Z|UTC|([+-]\d{2}(?::?\d{2})?))?)?$/;

/** An instant to the microsecond, of years that a day may have in UTC too; without a zone it is in UTC. */
function fitTimestamp(text: string): string | undefined {
  const [, day = "", hour = "00", minute = "00", second = "00", fraction = "", zone = "+00"] =
    instant.exec(text) ?? [];
  if (parseCalendarDate(day) === undefined) return undefined;
  const time = Date.parse(`${day}T${hour}:${minute}:${second}Z`) - offsetMs(zone);
  const fitting = timestampText(time, fraction);
  return parseCalendarDate(fitting.slice(0, 10)) === undefined ? undefined : JSON.stringify(fitting);
}

/** `+02`, `-0330` or `+02:00`. */
function offsetMs(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", ""));
  return minutes * (zone.startsWith("-") ? -60_000 : 60_000);
}

/** An instant as text: `2024-01-31 00:00:00`, with six decimals where it has a fraction of a second. */
export function timestampText(epochMs: number, fraction: string): string {
  const text = new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");
  return /[1-9]/.test(fraction) ? `${text}.${fraction.padEnd(6, "0")}` : text;
}
