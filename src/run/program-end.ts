import { unreachable } from "../errors.ts";
import type { ProgramEnd } from "./run-program.ts";

/** A program that people have named, and how long it may take. */
type NamedProgram = { readonly argv: readonly string[]; readonly timeoutSeconds: number };

/** How a program ended that was not interrupted, for people. */
export function programEndText(
  end: Exclude<ProgramEnd, { kind: "interrupted" }>,
  { argv: [name = ""], timeoutSeconds }: NamedProgram,
): string {
  switch (end.kind) {
    case "exited":
      return `exit code ${end.code}`;
    case "killed":
      return `ended by ${end.by}`;
    case "timed-out":
      return `it exceeded its time of ${timeoutSeconds} s and was stopped`;
    case "missing":
      return `"${name}": ${end.because}`;
    case "not-started":
      return `"${name}" did not start: ${end.because}`;
    default:
      return unreachable(end);
  }
}
