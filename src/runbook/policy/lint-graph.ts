import type { PolicyFinding } from "../problem.ts";
import { withUpstream } from "../upstream.ts";
import type { PolicyModel } from "./policy-model.ts";

/** What is told of order and of commands, against the graph of what processors read. */
export function* lintGraph(model: PolicyModel): Iterable<PolicyFinding> {
  yield* lintOrder(model);
  yield* lintOmissions(model);
  yield* lintCommands(model);
}

function* lintOrder({ declaration, reads }: PolicyModel): Iterable<PolicyFinding> {
  for (const { value, at } of declaration.order) {
    const waited = withUpstream(reads, value.after);
    for (const [index, id] of value.run.entries()) {
      const upstream = withUpstream(reads, reads.get(id) ?? []);
      const unwaited = (reads.get(id) ?? []).filter((other) => !waited.has(other));
      const invented = value.after.filter((other) => !upstream.has(other) && reads.has(other));
      if (unwaited.length + invented.length === 0) continue;
      yield {
        rule: "order-differs-from-graph",
        place: at("run", index),
        message: `"${value.name}" puts ${id} after ${listed(value.after)}, and it reads ${listed(reads.get(id) ?? [])}`,
        hint:
          unwaited.length > 0
            ? `name ${listed(unwaited)} too`
            : `drop ${listed(invented)}, or declare the edge`,
      };
    }
  }
}

function* lintOmissions({ declaration, processors }: PolicyModel): Iterable<PolicyFinding> {
  const { order, identity } = declaration;
  const named = new Set(order.flatMap(({ value }) => value.run));
  const omitted = processors.filter((id) => !named.has(id));
  if (order.length === 0 || omitted.length === 0) return;
  yield {
    rule: "order-differs-from-graph",
    place: identity.atKey("order"),
    message: `The order leaves out ${listed(omitted)}`,
    hint: "name a step that runs it",
  };
}

function* lintCommands({ declaration, processors, reads }: PolicyModel): Iterable<PolicyFinding> {
  for (const { value, at } of declaration.commands) {
    const stale = processors.filter(
      (id) => !value.run.includes(id) && value.run.some((other) => withUpstream(reads, [id]).has(other)),
    );
    if (stale.length === 0) continue;
    yield {
      rule: "rerun-without-downstream",
      place: at("run"),
      message: `"${value.name}" runs ${listed(value.run)} again and leaves ${listed(stale)} as it was`,
      hint: `run ${listed(stale)} after it`,
    };
  }
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? "nothing" : ids.join(", ");
}
