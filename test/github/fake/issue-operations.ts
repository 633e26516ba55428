import {
  invalid,
  notFound,
  refuseLongBody,
  type Access,
  type Call,
  type Operation,
  type Reply,
} from "./operation.ts";
import { nextNumber, userOf, type GitHubState, type Issue, type Label } from "./state.ts";

type IssueFields = {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
  readonly state_reason?: Issue["stateReason"];
  readonly labels?: readonly (string | { readonly name?: string })[];
};

const longestTitle = 256;

/** Issues and labels. */
export const issueOperations: Readonly<Record<string, Operation>> = {
  "issues/create": { access: "issues:write", handle: createIssue },
  "issues/get": {
    access: readAccess,
    handle: (call) => withIssue(call, (issue) => ({ status: 200, body: issueBody(call, issue) })),
  },
  "issues/update": {
    access: writeAccess,
    handle: (call) => withIssue(call, (issue) => updateIssue(call, issue)),
  },
  "issues/list-for-repo": { access: "issues:read", handle: listIssues },
  "issues/list-labels-on-issue": {
    access: readAccess,
    handle: (call) => withIssue(call, (issue) => listLabels(call, issue)),
  },
  "issues/add-labels": {
    access: writeAccess,
    handle: (call) => withIssue(call, (issue) => addLabels(call, issue)),
  },
  "issues/remove-label": {
    access: writeAccess,
    handle: (call) => withIssue(call, (issue) => removeLabel(call, issue)),
  },
  "issues/list-labels-for-repo": {
    access: "issues:read",
    handle: ({ state }) => ({ status: 200, list: { items: [...state.labels.values()] } }),
  },
  "issues/get-label": {
    access: "issues:read",
    handle({ state, parameters }) {
      const label = state.labels.get(parameters["name"] ?? "");
      return label === undefined ? notFound : { status: 200, body: label };
    },
  },
  "issues/create-label": { access: "issues:write", handle: createLabel },
};

/** Reading an issue takes the permission for issues, reading a pull request the one for pull requests. */
export function readAccess(call: Call): Access {
  return isPull(call) ? "pull-requests:read" : "issues:read";
}

/** Writing likewise, labels and comments included. */
export function writeAccess(call: Call): Access {
  return isPull(call) ? "pull-requests:write" : "issues:write";
}

/** Answers for the issue of the path; 404 without one, 410 where issues are off. */
export function withIssue(call: Call, answer: (issue: Issue) => Reply): Reply {
  const issue = call.state.issues.get(Number(call.parameters["issue_number"]));
  if (issue === undefined) return notFound;
  return issue.pull === undefined && !call.state.hasIssues ? issuesAreOff : answer(issue);
}

/** An issue as the API shows it. */
export function issueBody(
  { state, url }: Pick<Call, "state" | "url">,
  issue: Issue,
): Record<string, unknown> {
  const page = `https://github.com/${state.repository}/${issue.pull === undefined ? "issues" : "pull"}/${issue.number}`;
  return {
    id: issue.id,
    node_id: `I_${issue.id}`,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    user: userOf(state, issue.author),
    labels: issue.labels.map((name) => labelOf(state, name)),
    comments: [...state.comments.values()].filter((comment) => comment.issue === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.state === "closed" ? issue.updatedAt : null,
    url: `${url}/repos/${state.repository}/issues/${issue.number}`,
    html_url: page,
    author_association: state.roles.get(issue.author) === undefined ? "NONE" : "COLLABORATOR",
    ...(issue.pull !== undefined && { pull_request: { html_url: page, merged_at: null } }),
  };
}

function createIssue(call: Call): Reply {
  const { state, caller } = call;
  if (!state.hasIssues) return issuesAreOff;
  const fields = call.body as IssueFields;
  const refusal = refuse(fields);
  if (refusal !== undefined) return refusal;
  const at = state.now();
  const issue: Issue = {
    id: state.nextId(),
    number: nextNumber(state),
    author: caller.login,
    createdAt: at,
    updatedAt: at,
    title: fields.title ?? "",
    body: fields.body ?? null,
    state: "open",
    stateReason: null,
    labels: keptLabels(state, labelNames(fields)),
  };
  state.issues.set(issue.number, issue);
  return { status: 201, body: issueBody(call, issue) };
}

function updateIssue(call: Call, issue: Issue): Reply {
  const fields = call.body as IssueFields;
  const refusal = refuse(fields);
  if (refusal !== undefined) return refusal;
  issue.title = fields.title ?? issue.title;
  issue.body = fields.body === undefined ? issue.body : fields.body;
  if (fields.labels !== undefined) issue.labels = keptLabels(call.state, labelNames(fields));
  if (fields.state !== undefined) {
    issue.stateReason = fields.state_reason ?? (fields.state === "closed" ? "completed" : "reopened");
    issue.state = fields.state;
  }
  issue.updatedAt = call.state.now();
  return { status: 200, body: issueBody(call, issue) };
}

function listIssues(call: Call): Reply {
  const { state, query } = call;
  const labels = (query.get("labels") ?? "").split(",").filter(Boolean);
  const wanted = query.get("state") ?? "open";
  const creator = query.get("creator");
  const sort = query.get("sort") === "updated" ? "updatedAt" : "createdAt";
  const items = [...state.issues.values()]
    .filter((issue) => wanted === "all" || issue.state === wanted)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === null || issue.author === creator)
    .filter((issue) => issue.updatedAt >= (query.get("since") ?? ""))
    .filter((issue) => issue.pull !== undefined || state.hasIssues)
    .toSorted((a, b) => b[sort].localeCompare(a[sort]) || b.number - a.number);
  const ordered = query.get("direction") === "asc" ? items.toReversed() : items;
  return { status: 200, list: { items: ordered.map((issue) => issueBody(call, issue)) } };
}

function listLabels({ state }: Call, issue: Issue): Reply {
  return { status: 200, list: { items: issue.labels.map((name) => labelOf(state, name)) } };
}

function addLabels(call: Call, issue: Issue): Reply {
  const body = call.body as IssueFields | readonly string[];
  const names = Array.isArray(body) ? (body as readonly string[]) : labelNames(body as IssueFields);
  issue.labels = [...new Set([...issue.labels, ...keptLabels(call.state, names)])];
  return listLabels(call, issue);
}

function removeLabel(call: Call, issue: Issue): Reply {
  const name = call.parameters["name"] ?? "";
  if (!issue.labels.includes(name)) return notFound;
  issue.labels = issue.labels.filter((label) => label !== name);
  return listLabels(call, issue);
}

function createLabel({ state, body }: Call): Reply {
  const { name, color, description } = body as { name: string; color?: string; description?: string };
  if (state.labels.has(name)) return invalid("Label", "name", { code: "already_exists" });
  const label = { id: state.nextId(), name, color: color ?? "ededed", description: description ?? "" };
  state.labels.set(name, label);
  return { status: 201, body: label };
}

function refuse({ title, body }: IssueFields): Reply | undefined {
  if ((title ?? "").length > longestTitle) {
    const message = `title is too long (maximum is ${longestTitle} characters)`;
    return invalid("Issue", "title", { code: "custom", message });
  }
  return refuseLongBody("Issue", body);
}

function labelNames({ labels = [] }: IssueFields): string[] {
  return labels.map((label) => (typeof label === "string" ? label : (label.name ?? "")));
}

/** Labels that an issue keeps of those that a request names. */
function keptLabels(state: GitHubState, names: readonly string[]): readonly string[] {
  return state.dropsUnknownLabels ? names.filter((name) => state.labels.has(name)) : names;
}

/** A label that an issue names comes into being. */
function labelOf(state: GitHubState, name: string): Label {
  const known = state.labels.get(name);
  if (known !== undefined) return known;
  const label = { id: state.nextId(), name, color: "ededed", description: "" };
  state.labels.set(name, label);
  return label;
}

function isPull({ state, parameters }: Call): boolean {
  const comment = state.comments.get(Number(parameters["comment_id"]));
  const number = comment?.issue ?? Number(parameters["issue_number"]);
  return state.issues.get(number)?.pull !== undefined;
}

const issuesAreOff: Reply = {
  status: 410,
  body: {
    message: "Issues has been disabled in this repository.",
    documentation_url: "https://docs.github.com/v3/issues/",
  },
};
