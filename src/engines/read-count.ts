import { Fault } from "../errors.ts";

/** Reads a whole number from a variable of the environment; undefined when it is not set, or empty. Fault: usage. */
export function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Fault("usage", `Cannot read ${name}: expected a whole number of at least 1, found "${text}"`, {
    hint: `Give a number, for example ${name}=4, or unset it`,
  });
}
