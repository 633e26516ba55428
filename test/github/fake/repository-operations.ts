import { basename } from "node:path";
import {
  blobSha,
  commitOf,
  listTreeFolder,
  readTreeFile,
  resolveCommit,
  storeObject,
  treeOf,
  type GitTree,
} from "./git-objects.ts";
import { issueBody } from "./issue-operations.ts";
import { notFound, type Call, type Operation, type Reply } from "./operation.ts";
import { userOf, type Issue, type Pull, type Role } from "./state.ts";

/** The repository itself, its files, its people and its pull requests. */
export const repositoryOperations: Readonly<Record<string, Operation>> = {
  "repos/get": { access: "metadata:read", handle: showRepository },
  "repos/get-collaborator-permission-level": { access: "metadata:read", handle: showPermission },
  "repos/get-content": { access: "contents:read", handle: showContent },
  "repos/create-or-update-file-contents": { access: "contents:write", handle: writeContent },
  "pulls/get": {
    access: "pull-requests:read",
    handle: (call) => withPull(call, (issue, pull) => ({ status: 200, body: pullBody(call, issue, pull) })),
  },
  "pulls/list": { access: "pull-requests:read", handle: listPulls },
  "pulls/list-files": {
    access: "pull-requests:read",
    handle: (call) => withPull(call, (_issue, pull) => listFiles(pull)),
  },
  "users/get-authenticated": {
    access: "metadata:read",
    handle: ({ state, caller }) => ({ status: 200, body: userOf(state, caller.login) }),
  },
  "rate-limit/get": { access: "metadata:read", handle: () => ({ status: 200, body: {} }) },
};

/** A pull request as the API and events show it. */
export function pullBody(
  call: Pick<Call, "state" | "url">,
  issue: Issue,
  pull: Pull,
): Record<string, unknown> {
  const { state } = call;
  const { pull_request: _link, state_reason: _reason, comments, ...shared } = issueBody(call, issue);
  return {
    ...shared,
    comments,
    url: `${call.url}/repos/${state.repository}/pulls/${issue.number}`,
    draft: false,
    merged: pull.isMerged,
    merged_at: pull.isMerged ? issue.updatedAt : null,
    changed_files: pull.files.length,
    head: endBody(state.defaultBranch, {
      ref: pull.headRef,
      sha: pull.headSha,
      repository: pull.headRepository,
    }),
    base: endBody(state.defaultBranch, {
      ref: pull.baseRef,
      sha: state.refs.get(`refs/heads/${pull.baseRef}`) ?? "",
      repository: state.repository,
    }),
  };
}

/** A repository as it stands inside other bodies. */
export function repositoryBody(fullName: string, defaultBranch: string): Record<string, unknown> {
  const [owner = "", name = ""] = fullName.split("/");
  return {
    name,
    full_name: fullName,
    owner: { login: owner },
    default_branch: defaultBranch,
    private: false,
  };
}

function endBody(defaultBranch: string, end: { ref: string; sha: string; repository: string }): unknown {
  const repo = repositoryBody(end.repository, defaultBranch);
  return {
    ref: end.ref,
    sha: end.sha,
    label: `${end.repository.split("/")[0]}:${end.ref}`,
    repo,
    user: repo["owner"],
  };
}

function showRepository({ state }: Call): Reply {
  return {
    status: 200,
    body: {
      ...repositoryBody(state.repository, state.defaultBranch),
      has_issues: state.hasIssues,
      html_url: `https://github.com/${state.repository}`,
    },
  };
}

const plainRoles: Readonly<Record<Role, string>> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
};

/** Whoever is no collaborator of a public repository may read it; nobody of that name is a 404. */
function showPermission({ state, parameters }: Call): Reply {
  const login = parameters["username"] ?? "";
  if (!state.users.has(login)) return notFound;
  const role = state.roles.get(login) ?? "read";
  return { status: 200, body: { permission: plainRoles[role], role_name: role, user: userOf(state, login) } };
}

function showContent(call: Call): Reply {
  const { state, parameters, query } = call;
  const tree = treeOf(state, resolveCommit(state, query.get("ref") ?? state.defaultBranch));
  const path = parameters["path"] ?? "";
  if (tree === undefined) return notFound;
  const content = readTreeFile(state, tree, path);
  if (content !== undefined) return { status: 200, body: fileBody(call, path, content) };
  const names = listTreeFolder(tree, path);
  if (names === undefined) return notFound;
  return {
    status: 200,
    body: names.map((name) => entryBody(call, tree, path === "" ? name : `${path}/${name}`)),
  };
}

function fileBody(call: Call, path: string, content: Buffer): Record<string, unknown> {
  const body = content.toString("base64");
  return {
    ...linksOf(call, path),
    type: "file",
    encoding: "base64",
    content: body,
    size: content.length,
    sha: blobSha(content),
  };
}

function entryBody(call: Call, tree: GitTree, path: string): Record<string, unknown> {
  const content = readTreeFile(call.state, tree, path);
  const isFile = content !== undefined;
  return {
    ...linksOf(call, path),
    type: isFile ? "file" : "dir",
    size: content?.length ?? 0,
    sha: blobSha(content ?? Buffer.from(path)),
  };
}

function linksOf({ url, state }: Call, path: string): Record<string, unknown> {
  const self = `${url}/repos/${state.repository}/contents/${path}`;
  const html = `https://github.com/${state.repository}/blob/${state.defaultBranch}/${path}`;
  return {
    name: basename(path),
    path,
    url: self,
    git_url: self,
    html_url: html,
    download_url: html,
    _links: { self, git: self, html },
  };
}

type ContentFields = { message: string; content: string; sha?: string; branch?: string };

function writeContent(call: Call): Reply {
  const { state, parameters, body, caller } = call;
  const fields = body as ContentFields;
  const ref = `refs/heads/${fields.branch ?? state.defaultBranch}`;
  const parent = state.refs.get(ref);
  const tree = treeOf(state, parent);
  if (parent === undefined || tree === undefined) return notFound;
  const path = parameters["path"] ?? "";
  const current = readTreeFile(state, tree, path);
  const currentSha = current === undefined ? undefined : blobSha(current);
  if (fields.sha !== currentSha)
    return { status: 409, body: { message: `${path} does not match ${fields.sha ?? ""}` } };
  const content = Buffer.from(fields.content, "base64");
  const files = new Map(tree.files).set(path, storeObject(state, { kind: "blob", content }));
  const commit = storeObject(state, {
    kind: "commit",
    tree: storeObject(state, { ...tree, files }),
    parents: [parent],
    message: fields.message,
    author: caller.login,
    date: state.now(),
  });
  state.refs.set(ref, commit);
  return {
    status: current === undefined ? 201 : 200,
    body: {
      content: fileBody(call, path, content),
      commit: { sha: commit, message: commitOf(state, commit)?.message, parents: [{ sha: parent }] },
    },
  };
}

function listPulls(call: Call): Reply {
  const { state, query } = call;
  const wanted = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const items = [...state.issues.values()]
    .flatMap((issue) => (issue.pull === undefined ? [] : [{ issue, pull: issue.pull }]))
    .filter(({ issue }) => wanted === "all" || issue.state === wanted)
    .filter(({ pull }) => base === null || pull.baseRef === base)
    .filter(({ pull }) => head === null || `${pull.headRepository.split("/")[0]}:${pull.headRef}` === head)
    .toSorted((a, b) => b.issue.number - a.issue.number);
  return { status: 200, list: { items: items.map(({ issue, pull }) => pullBody(call, issue, pull)) } };
}

function listFiles(pull: Pull): Reply {
  const items = pull.files.map((filename) => ({
    filename,
    status: "modified",
    sha: blobSha(Buffer.from(filename)),
  }));
  return { status: 200, list: { items } };
}

function withPull(call: Call, answer: (issue: Issue, pull: Pull) => Reply): Reply {
  const issue = call.state.issues.get(Number(call.parameters["pull_number"]));
  return issue?.pull === undefined ? notFound : answer(issue, issue.pull);
}
