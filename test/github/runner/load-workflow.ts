import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkflowJob } from "@actions/workflow-parser/model/workflow-template";
import { parser } from "./official-parser.ts";
import { entriesOf, itemsOf, partOf, textIn, type Template } from "./template.ts";
import type { Job, Permissions, Step, Workflow } from "./workflow.ts";

/** What the parser finds wrong with a workflow file; GitHub would not start it. */
export class InvalidWorkflow extends Error {}

const notModelled = ["uses", "container", "services", "snapshot", "concurrency"];
const permissionNames = [
  "actions",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "packages",
  "pages",
  "pull-requests",
  "security-events",
  "statuses",
];

/** Reads one workflow of a checkout; throws `InvalidWorkflow` with every finding of GitHub's parser. */
export async function loadWorkflow(checkout: string, path: string): Promise<Workflow> {
  return parseWorkflowText(path, readFileSync(join(checkout, path), "utf8"));
}

/** Parses the text of a workflow; throws `InvalidWorkflow` with every finding of GitHub's parser. */
export async function parseWorkflowText(path: string, text: string): Promise<Workflow> {
  const parsed = parser.parseWorkflow({ name: path, content: text }, new parser.NoOperationTraceWriter());
  if (parsed.value === undefined) throw invalid(path, parsed.context.errors.getErrors());
  const converted = await parser.convertWorkflowTemplate(parsed.context, parsed.value);
  const errors = parsed.context.errors.getErrors();
  if (errors.length > 0) throw invalid(path, errors);
  const run = partOf(partOf(parsed.value, "defaults"), "run");
  const jobs = entriesOf(partOf(parsed.value, "jobs")).map(([id, template]) =>
    jobOf(id, template, converted.jobs),
  );
  return {
    path,
    name: textIn(partOf(parsed.value, "name")) ?? path,
    on: partOf(parsed.value, "on"),
    env: partOf(parsed.value, "env"),
    permissions: permissionsOf(partOf(parsed.value, "permissions")),
    concurrency: partOf(parsed.value, "concurrency"),
    shell: textIn(partOf(run, "shell")),
    workingDirectory: textIn(partOf(run, "working-directory")),
    jobs,
  };
}

function invalid(path: string, errors: readonly { readonly message: string }[]): InvalidWorkflow {
  return new InvalidWorkflow(`Invalid workflow "${path}": ${errors.map((each) => each.message).join("; ")}`);
}

function jobOf(id: string, template: Template, converted: readonly WorkflowJob[]): Job {
  const missing = notModelled.filter((key) => partOf(template, key) !== undefined);
  if (missing.length > 0)
    throw new Error(`The runner does not model "${missing.join('", "')}" of job "${id}"`);
  const model = converted.find((each) => each.id.value === id);
  if (model?.type !== "job") throw new Error(`GitHub's parser lost job "${id}"`);
  const run = partOf(partOf(template, "defaults"), "run");
  return {
    id,
    name: partOf(template, "name"),
    needs: itemsOf(partOf(template, "needs")).map((each) => textIn(each) ?? ""),
    condition: model.if.expression,
    env: partOf(template, "env"),
    strategy: partOf(template, "strategy"),
    outputs: partOf(template, "outputs"),
    permissions: permissionsOf(partOf(template, "permissions")),
    timeoutMinutes: partOf(template, "timeout-minutes"),
    continueOnError: partOf(template, "continue-on-error"),
    shell: textIn(partOf(run, "shell")),
    workingDirectory: textIn(partOf(run, "working-directory")),
    steps: itemsOf(partOf(template, "steps")).map((each, index) =>
      stepOf(each, model.steps[index]?.if?.expression),
    ),
  };
}

function stepOf(template: Template, condition: string | undefined): Step {
  const run = partOf(template, "run");
  const uses = textIn(partOf(template, "uses"));
  if (run === undefined && uses === undefined)
    throw new Error("The runner models only `run` and `uses` steps");
  return {
    id: textIn(partOf(template, "id")),
    name: partOf(template, "name"),
    condition: condition ?? "success()",
    env: partOf(template, "env"),
    run,
    uses,
    with: partOf(template, "with"),
    shell: textIn(partOf(template, "shell")),
    workingDirectory: partOf(template, "working-directory"),
    continueOnError: partOf(template, "continue-on-error"),
    timeoutMinutes: partOf(template, "timeout-minutes"),
  };
}

function permissionsOf(template: Template | undefined): Permissions | undefined {
  if (template === undefined) return undefined;
  const all = textIn(template);
  if (all === "read-all") return everywhere("read");
  if (all === "write-all") return everywhere("write");
  return Object.fromEntries(
    entriesOf(template).map(([name, access]) => [name, accessOf(textIn(access))] as const),
  );
}

function accessOf(text: string | undefined): "read" | "write" | "none" {
  return text === "read" || text === "write" ? text : "none";
}

function everywhere(access: "read" | "write"): Permissions {
  return Object.fromEntries(permissionNames.map((name) => [name, access] as const));
}
