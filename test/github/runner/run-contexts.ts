import { dictionaryOf, textOf, type Dictionary, type Value } from "./expression.ts";
import type { RunRequest } from "./run-request.ts";
import { isDispatched } from "./dispatch-inputs.ts";
import type { Workflow } from "./workflow.ts";

/** The `github` context of a run, without what only a job knows. */
export function githubContext(request: RunRequest, workflow: Workflow, apiUrl: string): Dictionary {
  const { event, attempt = 1, runId = 1, runNumber = 1 } = request;
  const repository = request.repository ?? "octo/cascade";
  return {
    actor: event.actor,
    actor_id: "1",
    api_url: apiUrl,
    base_ref: textOf(baseOf(event.payload)["ref"]),
    event: eventPayload(request),
    event_name: event.name,
    graphql_url: `${apiUrl}/graphql`,
    head_ref: textOf(headOf(event.payload)["ref"]),
    ref: event.ref,
    ref_name: event.ref.replace(/^refs\/(?:heads|tags)\//, ""),
    ref_protected: false,
    ref_type: event.ref.startsWith("refs/tags/") ? "tag" : "branch",
    repository,
    repository_id: "1",
    repository_owner: repository.split("/")[0] ?? "",
    repository_owner_id: "1",
    retention_days: "90",
    run_attempt: String(attempt),
    run_id: String(runId),
    run_number: String(runNumber),
    server_url: "https://github.com",
    sha: event.sha,
    triggering_actor: event.triggeringActor ?? event.actor,
    workflow: workflow.name,
    workflow_ref: `${repository}/${workflow.path}@${event.ref}`,
    workflow_sha: event.sha,
  };
}

/** The `GITHUB_*` variables that repeat the `github` context to processes. */
export function githubVariables(context: Dictionary): Record<string, string> {
  const scalars = Object.entries(context).filter(
    ([name, value]) => typeof value !== "object" && name !== "token",
  );
  return Object.fromEntries(scalars.map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, textOf(value)]));
}

function eventPayload({
  event,
  repository = "octo/cascade",
  defaultBranch = "main",
}: RunRequest): Dictionary {
  const [owner = "", name = ""] = repository.split("/");
  const inputs: Value = isDispatched(event) ? { ...event.inputs } : null;
  return {
    repository: { name, full_name: repository, default_branch: defaultBranch, owner: { login: owner } },
    sender: { login: event.actor, type: event.actor.endsWith("[bot]") ? "Bot" : "User" },
    ...(isDispatched(event) && { inputs, ref: event.ref }),
    ...event.payload,
  };
}

function baseOf(payload: Dictionary): Dictionary {
  return dictionaryOf(dictionaryOf(payload["pull_request"])["base"]);
}

function headOf(payload: Dictionary): Dictionary {
  return dictionaryOf(dictionaryOf(payload["pull_request"])["head"]);
}
