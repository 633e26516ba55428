/** Decimals of so many digits, so many of them behind the point. */
export type DecimalType = `numeric(${number}, ${number})`;

/** Digits of a decimal type. */
export type Digits = { readonly precision: number; readonly scale: number };

/** Most digits that both engines hold, and those behind the point where a type names none. */
export const mostDigits = 38;
const usualScale = 9;

/** Whether a type is one of decimals. */
export function isDecimal(type: string): type is DecimalType {
  return type.startsWith("numeric(");
}

/** The digits of a decimal type. */
export function digitsOf(type: DecimalType): Digits {
  const [, precision, scale] = /^numeric\((\d+), (\d+)\)$/.exec(type) ?? [];
  return { precision: Number(precision), scale: Number(scale) };
}

/** The type of decimals of so many digits. */
export function decimalType({ precision, scale }: Digits): DecimalType {
  return `numeric(${precision}, ${scale})`;
}

/**
 * `numeric`, `numeric(12)` or `numeric(12, 2)` in the one way in which types are compared; undefined for other texts and
 * for more digits than both engines hold.
 */
export function parseDecimalType(text: string): DecimalType | undefined {
  const [found, first, second] = /^numeric(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$/.exec(text) ?? [];
  if (found === undefined) return undefined;
  const precision = Number(first ?? mostDigits);
  const scale = Number(second ?? (first === undefined ? usualScale : 0));
  return precision >= 1 && precision <= mostDigits && scale <= precision
    ? decimalType({ precision, scale })
    : undefined;
}

/**
 * The digits of a decimal number as text with exactly the scale of a type: `12.5` of `numeric(12, 2)` is `12.50`;
 * undefined when the type cannot hold it without loss, and for what is no number.
 */
export function fitDecimal(type: DecimalType, text: string): string | undefined {
  const number = parseNumber(text);
  const { precision, scale } = digitsOf(type);
  const unscaled = number === undefined ? undefined : unscaledOf(number, scale);
  if (number === undefined || unscaled === undefined || unscaled.length > precision) return undefined;
  const whole = unscaled.padStart(scale + 1, "0");
  const point = whole.length - scale;
  const fraction = scale === 0 ? "" : `.${whole.slice(point)}`;
  return `${unscaled === "" ? "" : number.sign}${whole.slice(0, point)}${fraction}`;
}

/** A number as its sign, its digits and the power of ten that they are multiplied by. */
type ParsedNumber = { readonly sign: string; readonly digits: string; readonly power: number };

function parseNumber(text: string): ParsedNumber | undefined {
  const [found, sign = "", digits = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  if (found === undefined) return undefined;
  return { sign, digits: `${digits}${fraction}`, power: Number(exponent) - fraction.length };
}

/** The digits of a number times 10^scale, without zeros before them; undefined when that is no integer. */
function unscaledOf({ digits, power }: ParsedNumber, scale: number): string | undefined {
  const shift = power + scale;
  const padded = digits.padStart(-shift, "0");
  const kept = shift >= 0 ? digits + "0".repeat(shift) : padded.slice(0, padded.length + shift);
  const lost = shift >= 0 ? "" : padded.slice(padded.length + shift);
  return /[1-9]/.test(lost) ? undefined : kept.replace(/^0+/, "");
}
