import { readFile } from "node:fs/promises";
import { parseCalendarDate } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";

/**
 * The arguments with `--dates @<file>` replaced by the dates of the file, which stand there between commas, spaces or line
 * breaks; what follows `#` on a line is a remark. Faults: usage for a file that cannot be read or has no dates;
 * invalid-date with the line of what is none.
 */
export async function withDatesOfFile(args: readonly string[]): Promise<readonly string[]> {
  const index = args.findIndex((argument, place) =>
    argument.startsWith("@") ? args[place - 1] === "--dates" : argument.startsWith("--dates=@"),
  );
  const argument = args[index];
  if (argument === undefined) return args;
  const path = argument.slice(argument.indexOf("@") + 1);
  const dates = datesIn(await textOf(path), path).join(",");
  return args.with(index, argument.startsWith("@") ? dates : `--dates=${dates}`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new Fault("usage", `Cannot read the dates of --dates @${path}: ${found}`, {
      hint: "Name a file with a date as YYYY-MM-DD on each line",
      cause,
    });
  }
}

function datesIn(text: string, path: string): readonly string[] {
  const dates = text.split("\n").flatMap((line, number) => {
    const words = line
      .replace(/#.*/, "")
      .split(/[\s,\uFEFF]+/)
      .filter((word) => word !== "");
    const bad = words.find((word) => parseCalendarDate(word) === undefined);
    if (bad === undefined) return words;
    throw new Fault("invalid-date", `${path}:${number + 1}: expected a date as YYYY-MM-DD, found "${bad}"`, {
      hint: "Correct the line, then type the command again",
    });
  });
  if (dates.length > 0) return dates;
  throw new Fault("usage", `Cannot read the dates of --dates @${path}: it has none`, {
    hint: "Name a file with a date as YYYY-MM-DD on each line",
  });
}
