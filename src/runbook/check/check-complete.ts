import type { Declaration } from "../declaration.ts";
import type { PolicyRule } from "../policy/policy-rules.ts";
import type { Problem } from "../problem.ts";
import type { Place } from "../runbook.ts";

/** What a runbook needs to run, and a plan on paper may lack: a calendar, steps, and the statements of populations. */
export function* checkComplete(declaration: Declaration): Iterable<Problem> {
  const { identity, processors, populations, hasCalendar } = declaration;
  if (!hasCalendar) {
    yield missing("calendar", identity.at(), {
      rule: "rate-without-denominator",
      because: "no period has dates",
    });
  }
  for (const { value, at } of processors) {
    const { id } = value;
    if (value.step === undefined) {
      yield missing("step", at(), { rule: "node-without-command", because: `nothing computes ${id}` });
    }
  }
  for (const { name, value, at } of populations) {
    const absent = (["sql", "reads"] as const).find((key) => value[key] === undefined);
    if (absent !== undefined) {
      yield missing(absent, at(), { rule: "rate-without-denominator", because: `nobody can count ${name}` });
    }
  }
}

function missing(
  key: string,
  place: Place,
  { rule, because }: { readonly rule: PolicyRule; readonly because: string },
): Problem {
  return { place, rule, message: `"${key}" is missing: ${because}`, hint: `add "${key}"` };
}
