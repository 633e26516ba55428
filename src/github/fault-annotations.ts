import type { Fault } from "../errors.ts";
import type { Annotation } from "./job-effects.ts";

/** Annotations that GitHub shows of one step. */
const mostShown = 10;

/** A fault as annotations: one per problem at its file and line, else one with the way out. */
export function faultAnnotations(fault: Fault): readonly Annotation[] {
  const [head = "", ...lines] = fault.message.split("\n");
  const problems = lines.flatMap((line) => problemOf(fault, line));
  if (problems.length === 0) {
    return [{ level: "error", title: fault.code, message: `${fault.message}\n${fault.hint}` }];
  }
  const shown = problems.slice(0, mostShown - 1);
  const more = problems.length - shown.length;
  const rest = more === 0 ? "" : ` (${more} more in the log)`;
  return [{ level: "error", title: fault.code, message: `${head}${rest}\n${fault.hint}` }, ...shown];
}

/** `file:line:column message` as an annotation at that place. */
function problemOf({ code }: Fault, line: string): readonly Annotation[] {
  const [, file, row, column, message] = /^\s*([^\s:]+):(\d+):(\d+) (.+)$/.exec(line) ?? [];
  if (file === undefined || message === undefined) return [];
  return [
    { level: "error", title: code, message, place: { file, line: Number(row), column: Number(column) } },
  ];
}
