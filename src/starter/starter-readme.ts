import { countOf } from "../domain/format.ts";
import { leftOut } from "./guess-columns.ts";
import type { FoundDates } from "./found-table.ts";
import type { StarterRequest } from "./starter-request.ts";

/** What people read first in the folder of a new runbook: what it is, what to type, what was left out. */
export function starterReadme({ name, origin, sources, steps, skipped }: StarterRequest): string {
  const { typed } = origin.place;
  const from = origin.kind === "warehouse" ? typed : `the files in \`${typed}\``;
  const tables = sources.map(
    ({ table, rows, dates }) => `- \`${table}\`: ${countOf(rows, "row")} ${datesText(dates)}`,
  );
  const missing = [
    ...skipped,
    ...sources.flatMap((source) => leftOut(source).map((reason) => `${source.table}.${reason}`)),
  ];
  return `# ${name}

Written by \`cascade new\` from ${from}:

${tables.join("\n")}

- \`cascade run ${name}\` computes what is pending, checks it and ends with the report.
- \`cascade lint ${name}\` finds contradictions, \`cascade explain ${name}\` writes out every default.

What was guessed is marked in \`runbook.yml\`, with what it was guessed from: look at it, and change what is not so.${
    steps.length > 0
      ? ""
      : `
The processors count rows and NULL of each date and column; put your own SQL in their place.`
  }
${missing.length === 0 ? "" : `\nLeft out:\n\n${missing.map((line) => `- ${line}`).join("\n")}\n`}`;
}

function datesText(dates: FoundDates): string {
  if (dates.length === 0) return "without a date";
  return `on ${countOf(dates.length, "date")}, ${dates[0]?.date} to ${dates.at(-1)?.date}`;
}
