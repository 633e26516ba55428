import type { Permissions } from "../runner/workflow.ts";
import {
  jobsOf,
  listOf,
  mappingOf,
  stepsOf,
  textOf,
  type Finding,
  type LintDocument,
} from "./lint-document.ts";

/** The most that a job of a workflow file may hold; undefined for a job that should not exist. */
export type PermissionTable = (file: string, jobId: string) => Permissions | undefined;

/** What one rule finds in one file, without its name and path. */
export type RuleFinding = Pick<Finding, "line" | "message">;
/** A rule over one file. */
export type Rule = (document: LintDocument) => readonly RuleFinding[];

const mostInputs = 25;
const mostBytes = 500 * 1024;
const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** The project's own rules for workflows and actions, by name. */
export const workflowRules: Readonly<Record<string, Rule>> = {
  "no-expression-in-run": findExpressionsInRun,
  "pinned-actions": findUnpinnedActions,
  "no-permissions-at-top": findTopPermissions,
  "job-timeout": findMissingTimeouts,
  "no-persisted-credentials": findPersistedCredentials,
  "no-checkout-of-pull-request-target": findPrivilegedCheckouts,
  "few-inputs": findTooManyInputs,
  "condition-on-one-line": findFoldedConditions,
  "no-stored-key": findStoredKeys,
  "workflow-size": ({ text }) =>
    Buffer.byteLength(text) <= mostBytes ? [] : [{ line: 1, message: `The file is over ${mostBytes} bytes` }],
};

/** Jobs that ask for more than the table grants, and jobs that the table does not know. */
export function findExcessPermissions(
  document: LintDocument,
  table: PermissionTable,
): readonly RuleFinding[] {
  return jobsOf(document).flatMap(({ id, value }) => {
    const granted = table(document.path, id);
    const line = document.lineOf(["jobs", id, "permissions"]);
    if (granted === undefined) return [{ line, message: `Job "${id}" is not in the table of permissions` }];
    const { permissions } = value;
    if (typeof permissions === "string") return [{ line, message: `Job "${id}" asks for "${permissions}"` }];
    return Object.entries(mappingOf(permissions))
      .filter(([name, access]) => exceeds(textOf(access), granted[name] ?? "none"))
      .map(([name, access]) => ({
        line,
        message: `Job "${id}" asks for ${name}: ${textOf(access)}, the table grants ${granted[name] ?? "none"}`,
      }));
  });
}

function exceeds(asked: string, granted: string): boolean {
  const order = ["none", "read", "write"];
  return order.indexOf(asked) > order.indexOf(granted);
}

function findExpressionsInRun(document: LintDocument): RuleFinding[] {
  return stepsOf(document)
    .filter(({ value }) => textOf(value["run"]).includes("${{"))
    .map(({ keys }) => ({
      line: document.lineOf([...keys, "run"]),
      message: "An expression inside `run`: hand the value over in `env`",
    }));
}

function findUnpinnedActions(document: LintDocument): RuleFinding[] {
  const lines = document.text.split("\n");
  const used = [
    ...stepsOf(document).map(({ value, keys }) => ({ uses: value["uses"], keys })),
    ...jobsOf(document).map(({ id, value }) => ({ uses: value["uses"], keys: ["jobs", id] })),
  ];
  return used.flatMap(({ uses, keys }) => {
    const name = textOf(uses);
    if (name === "" || name.startsWith("./")) return [];
    const line = document.lineOf([...keys, "uses"]);
    if (!pinned.test(name)) return [{ line, message: `"${name}" is not pinned to a commit` }];
    const hasVersion = /# v\d/.test(lines[line - 1] ?? "");
    return hasVersion ? [] : [{ line, message: `"${name}" does not say its version behind #` }];
  });
}

function findTopPermissions({ value, lineOf }: LintDocument): RuleFinding[] {
  if (value["jobs"] === undefined) return [];
  const { permissions } = value;
  const isNone =
    typeof permissions === "object" && permissions !== null && Object.keys(permissions).length === 0;
  return isNone
    ? []
    : [{ line: lineOf(["permissions"]), message: "The workflow does not begin with `permissions: {}`" }];
}

function findMissingTimeouts(document: LintDocument): RuleFinding[] {
  return jobsOf(document)
    .filter(({ value }) => value["timeout-minutes"] === undefined && value["uses"] === undefined)
    .map(({ id }) => ({
      line: document.lineOf(["jobs", id]),
      message: `Job "${id}" has no timeout-minutes`,
    }));
}

function findPersistedCredentials(document: LintDocument): RuleFinding[] {
  return stepsOf(document)
    .filter(
      ({ value }) => isCheckout(value["uses"]) && mappingOf(value["with"])["persist-credentials"] !== false,
    )
    .map(({ keys }) => ({
      line: document.lineOf([...keys, "uses"]),
      message: "The checkout keeps its token: set `persist-credentials: false`",
    }));
}

function findPrivilegedCheckouts(document: LintDocument): RuleFinding[] {
  const { on } = document.value;
  const names = typeof on === "string" ? [on] : [...listOf(on), ...Object.keys(mappingOf(on))];
  if (!names.includes("pull_request_target")) return [];
  return stepsOf(document)
    .filter(({ value }) => isCheckout(value["uses"]))
    .map(({ keys }) => ({
      line: document.lineOf([...keys, "uses"]),
      message: "A checkout under pull_request_target: foreign code would run with this repository's rights",
    }));
}

function findTooManyInputs({ value, lineOf }: LintDocument): RuleFinding[] {
  const inputs = mappingOf(mappingOf(mappingOf(value["on"])["workflow_dispatch"])["inputs"]);
  const count = Object.keys(inputs).length;
  if (count <= mostInputs) return [];
  return [
    {
      line: lineOf(["on", "workflow_dispatch", "inputs"]),
      message: `${count} inputs, GitHub takes ${mostInputs}`,
    },
  ];
}

/** A cloud's identity comes from a token of the run; a key, even a secret one, would outlive it. */
function findStoredKeys({ text }: LintDocument): RuleFinding[] {
  return text.split("\n").flatMap((line, index) => {
    const isKey = /credentials_json|GOOGLE_APPLICATION_CREDENTIALS|private_key/i.test(line);
    return isKey
      ? [{ line: index + 1, message: "A key of a service account: sign in by a token of the run" }]
      : [];
  });
}

/** A condition in a block scalar is true whatever it says, when anything stands around its expression. */
function findFoldedConditions({ text }: LintDocument): RuleFinding[] {
  return text.split("\n").flatMap((line, index) => {
    const isFolded = /^\s*(?:- )?if:\s*[>|]/.test(line);
    return isFolded ? [{ line: index + 1, message: "Write the condition on one line" }] : [];
  });
}

function isCheckout(uses: unknown): boolean {
  return textOf(uses).startsWith("actions/checkout@");
}
