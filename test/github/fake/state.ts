import type { Permissions } from "../runner/workflow.ts";
import type { GitObject } from "./git-objects.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** What somebody may do in the repository. */
export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";

/** Somebody who calls: a person by token, or a job by its `GITHUB_TOKEN`. */
export type Caller = {
  readonly login: string;
  /** Set for a job's token: exactly these permissions. */
  readonly permissions?: Permissions;
  /** Name of the job that holds the token. */
  readonly job?: string;
};

/** A user; an id for life, and the kind that GitHub says. */
export type User = { readonly login: string; readonly id: number; readonly type: "User" | "Bot" };

/** An issue, or a pull request when it has `pull`. */
export type Issue = {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "reopened" | "not_planned" | "duplicate" | null;
  labels: readonly string[];
  readonly pull?: Pull;
};

/** What a pull request has besides an issue. */
export type Pull = {
  readonly headRef: string;
  readonly headSha: string;
  readonly headRepository: string;
  readonly baseRef: string;
  readonly files: readonly string[];
  isMerged: boolean;
};

/** A comment on an issue or a pull request. */
export type Comment = {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
};

/** A reaction to a comment. */
export type Reaction = {
  readonly id: number;
  readonly comment: number;
  readonly author: string;
  readonly content: string;
};

/** A label of the repository. */
export type Label = {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string;
};

/** A check run, as it was written. */
export type CheckRun = { readonly id: number; readonly fields: Readonly<Record<string, unknown>> };

/** An artifact of a run; `content` is undefined until its upload is finalized, and after it was deleted. */
export type Artifact = {
  readonly id: number;
  readonly runId: number;
  /** Artifacts of a re-run of all jobs are apart from those before. */
  readonly generation: number;
  readonly backendRun: string;
  readonly backendJob: string;
  /** The attempt whose job uploaded it. */
  readonly attempt: number;
  readonly name: string;
  readonly mimeType: string;
  readonly createdAt: string;
  content: Buffer;
  digest: string;
  isFinal: boolean;
  isExpired: boolean;
};

/** Everything that the fake remembers of one repository. */
export type GitHubState = {
  readonly repository: string;
  readonly defaultBranch: string;
  hasIssues: boolean;
  /** Whether issues keep only labels that somebody has made. */
  dropsUnknownLabels: boolean;
  /** What the service of the runner and the public API do with artifacts of earlier attempts. */
  earlierArtifacts: "served" | "listed by the service" | "lost";
  readonly roles: Map<string, Role>;
  readonly users: Map<string, User>;
  readonly tokens: Map<string, Caller>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly reactions: Map<number, Reaction>;
  readonly labels: Map<string, Label>;
  readonly refs: Map<string, string>;
  readonly objects: Map<string, GitObject>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly runs: Map<number, RecordedRun>;
  readonly artifacts: Map<number, Artifact>;
  readonly nextId: () => number;
  /** The next second of the fake's clock, as GitHub writes instants. */
  readonly now: () => string;
};

/** The author of what jobs write. */
export const actionsBot = "github-actions[bot]";

/** A repository without issues and runs. */
export function createState(repository: string, defaultBranch: string): GitHubState {
  let lastId = 1000;
  let clockMs = Date.UTC(2026, 0, 5);
  return {
    repository,
    defaultBranch,
    hasIssues: true,
    dropsUnknownLabels: false,
    earlierArtifacts: "served",
    roles: new Map(),
    users: new Map(),
    tokens: new Map(),
    issues: new Map(),
    comments: new Map(),
    reactions: new Map(),
    labels: new Map(),
    refs: new Map(),
    objects: new Map(),
    checkRuns: new Map(),
    runs: new Map(),
    artifacts: new Map(),
    nextId: () => (lastId += 1),
    now() {
      clockMs += 1000;
      return new Date(clockMs).toISOString().replace(".000Z", "Z");
    },
  };
}

/** The user of a login, known from now on. */
export function userOf(state: GitHubState, login: string): User {
  const known = state.users.get(login);
  if (known !== undefined) return known;
  const user: User = { login, id: state.nextId(), type: login.endsWith("[bot]") ? "Bot" : "User" };
  state.users.set(login, user);
  return user;
}

/** The next number of an issue or pull request. */
export function nextNumber(state: GitHubState): number {
  return state.issues.size + 1;
}
