import {
  commitOf,
  descendsFrom,
  listTreeFiles,
  modeOf,
  resolveCommit,
  storeObject,
  treeOf,
} from "./git-objects.ts";
import { noContent, notFound, type Call, type Operation, type Reply } from "./operation.ts";

/** Refs, commits, trees and blobs. */
export const gitOperations: Readonly<Record<string, Operation>> = {
  "git/get-ref": {
    access: "contents:read",
    handle: (call) => withRef(call, (ref, sha) => showRef(call, ref, sha)),
  },
  "git/list-matching-refs": { access: "contents:read", handle: listRefs },
  "git/create-ref": { access: "contents:write", handle: createRef },
  "git/update-ref": { access: "contents:write", handle: updateRef },
  "git/delete-ref": { access: "contents:write", handle: deleteRef },
  "git/create-commit": { access: "contents:write", handle: createCommit },
  "git/get-commit": {
    access: "contents:read",
    handle: (call) => showCommit(call, call.parameters["commit_sha"] ?? "", 200),
  },
  "git/create-tree": { access: "contents:write", handle: createTree },
  "git/get-tree": {
    access: "contents:read",
    handle: (call) => showTree(call, call.parameters["tree_sha"] ?? "", 200),
  },
  "git/create-blob": { access: "contents:write", handle: createBlob },
  "git/get-blob": { access: "contents:read", handle: showBlob },
  "repos/get-branch": { access: "contents:read", handle: showBranch },
  "repos/compare-commits-with-basehead": { access: "contents:read", handle: compareCommits },
  "repos/get-commit": { access: "contents:read", handle: showNamedCommit },
};

type RefFields = { readonly ref?: string; readonly sha: string; readonly force?: boolean };

function createRef(call: Call): Reply {
  const { ref = "", sha } = call.body as RefFields;
  if (!/^refs\/[^/]+\/.+/.test(ref))
    return refuse("Reference name must start with 'refs/' and have at least two slashes.");
  if (call.state.refs.has(ref)) return refuse("Reference already exists");
  if (!call.state.objects.has(sha)) return refuse("Object does not exist");
  call.state.refs.set(ref, sha);
  return { ...showRef(call, ref, sha), status: 201 };
}

function updateRef(call: Call): Reply {
  const ref = `refs/${call.parameters["ref"] ?? ""}`;
  const current = call.state.refs.get(ref);
  const { sha, force = false } = call.body as RefFields;
  if (current === undefined) return refuse("Reference does not exist");
  if (!call.state.objects.has(sha)) return refuse("Object does not exist");
  if (!force && !descendsFrom(call.state, sha, current)) return refuse("Update is not a fast forward");
  call.state.refs.set(ref, sha);
  return showRef(call, ref, sha);
}

function deleteRef({ state, parameters }: Call): Reply {
  return state.refs.delete(`refs/${parameters["ref"] ?? ""}`)
    ? noContent
    : refuse("Reference does not exist");
}

function listRefs(call: Call): Reply {
  const prefix = `refs/${call.parameters["ref"] ?? ""}`;
  const found = [...call.state.refs]
    .filter(([ref]) => ref.startsWith(prefix))
    .toSorted(([a], [b]) => a.localeCompare(b));
  return { status: 200, list: { items: found.map(([ref, sha]) => showRef(call, ref, sha).body) } };
}

function createCommit(call: Call): Reply {
  const fields = call.body as { message: string; tree: string; parents?: readonly string[] };
  if (treeOf(call.state, fields.tree) === undefined) return refuse("Tree SHA does not exist");
  const parents = fields.parents ?? [];
  if (parents.some((parent) => commitOf(call.state, parent) === undefined))
    return refuse("Parent SHA does not exist");
  const sha = storeObject(call.state, {
    kind: "commit",
    tree: fields.tree,
    parents,
    message: fields.message,
    author: call.caller.login,
    date: call.state.now(),
  });
  return showCommit(call, sha, 201);
}

type TreeEntry = { readonly path?: string; readonly sha?: string | null; readonly content?: string };

function createTree(call: Call): Reply {
  const { tree, base_tree } = call.body as { tree: readonly TreeEntry[]; base_tree?: string };
  const base = treeOf(call.state, base_tree);
  if (base_tree !== undefined && base === undefined) return refuse("base_tree does not exist");
  const files = new Map(base?.files);
  for (const { path = "", sha, content } of tree) {
    const blob = sha ?? storeObject(call.state, { kind: "blob", content: Buffer.from(content ?? "") });
    if (call.state.objects.get(blob)?.kind !== "blob") return refuse(`tree.sha ${blob} is not a valid blob`);
    if (sha === null) files.delete(path);
    else files.set(path, blob);
  }
  return showTree(call, storeObject(call.state, { kind: "tree", folder: base?.folder, files }), 201);
}

function createBlob(call: Call): Reply {
  const { content, encoding = "utf-8" } = call.body as { content: string; encoding?: string };
  const bytes = Buffer.from(content, encoding === "base64" ? "base64" : "utf8");
  const sha = storeObject(call.state, { kind: "blob", content: bytes });
  return { status: 201, body: { sha, url: objectUrl(call, "blobs", sha) } };
}

function showBlob(call: Call): Reply {
  const sha = call.parameters["file_sha"] ?? "";
  const object = call.state.objects.get(sha);
  if (object?.kind !== "blob") return notFound;
  const content = object.content.toString("base64");
  return { status: 200, body: { sha, content, encoding: "base64", size: object.content.length } };
}

function showRef(call: Call, ref: string, sha: string): Reply {
  const type = call.state.objects.get(sha)?.kind ?? "commit";
  return {
    status: 200,
    body: { ref, url: `${call.url}/repos/${call.state.repository}/git/${ref}`, object: { sha, type } },
  };
}

function showCommit(call: Call, sha: string, status: number): Reply {
  const commit = commitOf(call.state, sha);
  if (commit === undefined) return notFound;
  const person = { name: commit.author, email: `${commit.author}@example.com`, date: commit.date };
  return {
    status,
    body: {
      sha,
      message: commit.message,
      author: person,
      committer: person,
      tree: { sha: commit.tree },
      parents: commit.parents.map((parent) => ({ sha: parent })),
    },
  };
}

function showTree(call: Call, sha: string, status: number): Reply {
  const tree = treeOf(call.state, sha);
  if (tree === undefined) return notFound;
  const entries = [...listTreeFiles(call.state, tree)].map(([path, blob]) => {
    const object = call.state.objects.get(blob);
    const size = object?.kind === "blob" ? object.content.length : 0;
    return { path, mode: modeOf(tree, path), type: "blob", sha: blob, size };
  });
  return { status, body: { sha, truncated: false, tree: entries } };
}

function showBranch(call: Call): Reply {
  const name = call.parameters["branch"] ?? "";
  const sha = call.state.refs.get(`refs/heads/${name}`);
  return sha === undefined ? notFound : { status: 200, body: { name, commit: { sha }, protected: false } };
}

/** How the second of two commits stands to the first; those without a common ancestor cannot be compared. */
function compareCommits({ state, parameters }: Call): Reply {
  const [base, head] = (parameters["basehead"] ?? "").split("...").map((name) => resolveCommit(state, name));
  if (base === undefined || head === undefined) return notFound;
  if (base === head) return { status: 200, body: { status: "identical" } };
  if (descendsFrom(state, head, base)) return { status: 200, body: { status: "ahead" } };
  return descendsFrom(state, base, head) ? { status: 200, body: { status: "behind" } } : notFound;
}

function showNamedCommit(call: Call): Reply {
  const sha = resolveCommit(call.state, call.parameters["ref"] ?? "");
  const commit = commitOf(call.state, sha);
  if (sha === undefined || commit === undefined) return notFound;
  return {
    status: 200,
    body: {
      sha,
      commit: { message: commit.message },
      parents: commit.parents.map((parent) => ({ sha: parent })),
    },
  };
}

function withRef(call: Call, answer: (ref: string, sha: string) => Reply): Reply {
  const ref = `refs/${call.parameters["ref"] ?? ""}`;
  const sha = call.state.refs.get(ref);
  return sha === undefined ? notFound : answer(ref, sha);
}

function objectUrl({ url, state }: Call, kind: string, sha: string): string {
  return `${url}/repos/${state.repository}/git/${kind}/${sha}`;
}

function refuse(message: string): Reply {
  return { status: 422, body: { message, documentation_url: "https://docs.github.com/rest/git" } };
}
