import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { GitHubState } from "./state.ts";

/** What a commit's files are: those of a folder, if any, under those that were written through the API. */
export type GitTree = {
  readonly kind: "tree";
  readonly folder: string | undefined;
  readonly files: ReadonlyMap<string, string>;
};
/** The bytes of a file. */
export type GitBlob = { readonly kind: "blob"; readonly content: Buffer };
/** A commit by the names of its tree and parents. */
export type GitCommit = {
  readonly kind: "commit";
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: string;
  readonly date: string;
};
/** What the fake's git stores by name. */
export type GitObject = GitTree | GitBlob | GitCommit;

/** Stores an object under the hash of its content and answers that name. */
export function storeObject(state: GitHubState, object: GitObject): string {
  const sha = object.kind === "blob" ? blobSha(object.content) : hashOf(object);
  state.objects.set(sha, object);
  return sha;
}

function hashOf(object: GitTree | GitCommit): string {
  const content = object.kind === "tree" ? [object.folder, [...object.files]] : object;
  return createHash("sha1").update(object.kind).update(JSON.stringify(content)).digest("hex");
}

/** Commits the files of a folder and points a branch at it. */
export function commitFolder(state: GitHubState, branch: string, folder: string): string {
  const tree = storeObject(state, { kind: "tree", folder, files: new Map() });
  const parent = state.refs.get(`refs/heads/${branch}`);
  const commit = storeObject(state, {
    kind: "commit",
    tree,
    parents: parent === undefined ? [] : [parent],
    message: `Files of ${branch}`,
    author: "octocat",
    date: state.now(),
  });
  state.refs.set(`refs/heads/${branch}`, commit);
  return commit;
}

/** The commit that a branch, tag, full ref or commit name stands for. */
export function resolveCommit(state: GitHubState, name: string): string | undefined {
  const refs = [name, `refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`];
  const found = refs.map((ref) => state.refs.get(ref)).find((sha) => sha !== undefined);
  return found ?? (state.objects.get(name)?.kind === "commit" ? name : undefined);
}

/** A commit by name, undefined for any other object. */
export function commitOf(state: GitHubState, sha: string | undefined): GitCommit | undefined {
  const object = state.objects.get(sha ?? "");
  return object?.kind === "commit" ? object : undefined;
}

/** The tree of a commit, or a tree itself. */
export function treeOf(state: GitHubState, sha: string | undefined): GitTree | undefined {
  const object = state.objects.get(sha ?? "");
  if (object?.kind === "commit") return treeOf(state, object.tree);
  return object?.kind === "tree" ? object : undefined;
}

/** The bytes of a file in a tree. */
export function readTreeFile(state: GitHubState, tree: GitTree, path: string): Buffer | undefined {
  const blob = state.objects.get(tree.files.get(path) ?? "");
  if (blob?.kind === "blob") return blob.content;
  const file = tree.folder === undefined ? undefined : join(tree.folder, path);
  return file !== undefined && existsSync(file) && statSync(file).isFile() ? readFileSync(file) : undefined;
}

/** Every file of a tree with the name of its bytes, which are stored for that. */
export function listTreeFiles(state: GitHubState, tree: GitTree): ReadonlyMap<string, string> {
  const { folder } = tree;
  const entries = folder === undefined ? [] : readdirSync(folder, { recursive: true, withFileTypes: true });
  const own = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .filter((entry) => !/(?:^|\/)node_modules(?:\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path): readonly [string, string] => [
      relative(folder ?? "", path),
      storeObject(state, {
        kind: "blob",
        content: isLink(path) ? Buffer.from(readlinkSync(path)) : readFileSync(path),
      }),
    ]);
  return new Map([...own, ...tree.files]);
}

/** The mode of a file in a tree; a link's content is where it leads. */
export function modeOf({ folder }: GitTree, path: string): "100644" | "120000" {
  return folder !== undefined && isLink(join(folder, path)) ? "120000" : "100644";
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Names directly inside a folder of a tree; undefined when there is no such folder. */
export function listTreeFolder(tree: GitTree, path: string): readonly string[] | undefined {
  const folder = tree.folder === undefined ? undefined : join(tree.folder, path);
  const isFolder = folder !== undefined && existsSync(folder) && statSync(folder).isDirectory();
  const own = [...tree.files.keys()].filter((file) => path === "" || file.startsWith(`${path}/`));
  if (!isFolder && own.length === 0) return undefined;
  const names = own.map((file) => file.slice(path === "" ? 0 : path.length + 1).split("/")[0] ?? "");
  return [...new Set([...(isFolder ? readdirSync(folder) : []), ...names])].toSorted();
}

/** Whether a commit is another one or comes after it. */
export function descendsFrom(state: GitHubState, sha: string, ancestor: string): boolean {
  if (sha === ancestor) return true;
  return (commitOf(state, sha)?.parents ?? []).some((parent) => descendsFrom(state, parent, ancestor));
}

/** The name that git gives a file's bytes. */
export function blobSha(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
