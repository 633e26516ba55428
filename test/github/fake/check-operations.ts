import { notFound, type Call, type Operation, type Reply } from "./operation.ts";
import type { CheckRun } from "./state.ts";

type Output = { readonly annotations?: readonly Record<string, unknown>[]; readonly summary?: string };

/** Check runs. */
export const checkOperations: Readonly<Record<string, Operation>> = {
  "checks/create": { access: "checks:write", handle: createCheck },
  "checks/update": {
    access: "checks:write",
    handle: (call) => withCheck(call, (check) => updateCheck(call, check)),
  },
  "checks/get": {
    access: "checks:read",
    handle: (call) => withCheck(call, (check) => ({ status: 200, body: checkBody(check) })),
  },
  "checks/list-for-ref": { access: "checks:read", handle: listChecks },
  "checks/list-annotations": { access: "checks:read", handle: (call) => withCheck(call, listAnnotations) },
};

function createCheck({ state, body }: Call): Reply {
  const check: CheckRun = { id: state.nextId(), fields: body as Record<string, unknown> };
  state.checkRuns.set(check.id, check);
  return { status: 201, body: checkBody(check) };
}

function updateCheck({ state, body }: Call, check: CheckRun): Reply {
  const changes = body as Record<string, unknown>;
  const before = outputOf(check);
  const after = (changes["output"] ?? {}) as Output;
  const annotations = [...(before.annotations ?? []), ...(after.annotations ?? [])];
  const output = { ...before, ...after, annotations };
  const updated = { id: check.id, fields: { ...check.fields, ...changes, output } };
  state.checkRuns.set(check.id, updated);
  return { status: 200, body: checkBody(updated) };
}

function listChecks({ state, parameters }: Call): Reply {
  const items = [...state.checkRuns.values()].filter(
    ({ fields }) => fields["head_sha"] === parameters["ref"],
  );
  return { status: 200, list: { items: items.map(checkBody), under: "check_runs" } };
}

function listAnnotations(check: CheckRun): Reply {
  return { status: 200, list: { items: outputOf(check).annotations ?? [] } };
}

function checkBody({ id, fields }: CheckRun): Record<string, unknown> {
  const { annotations = [], ...output } = outputOf({ id, fields });
  const { actions: _actions, ...shown } = fields;
  const isCompleted = fields["conclusion"] !== undefined;
  return {
    ...shown,
    id,
    status: isCompleted ? "completed" : (fields["status"] ?? "queued"),
    output: { ...output, annotations_count: annotations.length },
  };
}

function outputOf({ fields }: CheckRun): Output {
  return { ...(fields["output"] as Output | undefined) };
}

function withCheck(call: Call, answer: (check: CheckRun) => Reply): Reply {
  const check = call.state.checkRuns.get(Number(call.parameters["check_run_id"]));
  return check === undefined ? notFound : answer(check);
}
