import { isUndated } from "../build/build-source.ts";
import type { PolicyFinding } from "../problem.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Sources without dates that something is built from: no past date can be built again as it was. */
export function* lintHistory({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const read = new Set(
    [...declaration.processors, ...declaration.populations].flatMap(({ value }) =>
      (value.reads ?? []).map(({ from }) => from),
    ),
  );
  for (const { value, at } of declaration.sources) {
    if (!isUndated(value) || !read.has(value.table)) continue;
    yield {
      rule: "source-without-history",
      place: at("date"),
      message: `"${value.table}" has no dates: when a row of it changes, all that read it is built again with today's values`,
      hint: "name its date where it has one, or take it as it is",
    };
  }
}
