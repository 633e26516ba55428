import type { Dictionary } from "../runner/expression.ts";
import type { RunnerEffects } from "../runner/run-request.ts";
import { commentBody, addComment } from "./comment-operations.ts";
import type { Fault } from "./faults.ts";
import { commitFolder, resolveCommit } from "./git-objects.ts";
import { issueBody } from "./issue-operations.ts";
import { materializeCommit, type Folders } from "./materialize-commit.ts";
import type { RecordedAttempt, RecordedRun } from "./recorded-run.ts";
import { pullBody } from "./repository-operations.ts";
import { openRestApi, type LoggedRequest } from "./rest-api.ts";
import { openResultsService } from "./results-service.ts";
import { serve } from "./serve.ts";
import { createState, nextNumber, userOf, type GitHubState, type Issue, type Role } from "./state.ts";
import type { RepositoryEvent } from "./triggers.ts";
import { openWorkflowHost } from "./workflow-host.ts";

/** A repository to begin with. */
export type GitHubOptions = {
  readonly repository?: string;
  readonly defaultBranch?: string;
  /** Folders by branch; the default branch is where workflows are listed and events look. */
  readonly branches?: Readonly<Record<string, string>>;
  /** Roles by login; a person without one may only read. */
  readonly people?: Readonly<Record<string, Role>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Requests per token, 1,000 unless told. */
  readonly rateLimit?: number;
  readonly effects?: RunnerEffects;
};

/** An issue that somebody opens. */
export type NewIssue = {
  readonly title: string;
  readonly author: string;
  readonly body?: string;
  readonly labels?: readonly string[];
};
/** A pull request that somebody opens from a folder; its workflows run unless `isQuiet`. */
export type NewPull = NewIssue & {
  readonly branch: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly headRepository?: string;
};

/** A GitHub of one repository, with its workflows running for real. Disposing throws when the contract was broken. */
export type GitHub = AsyncDisposable & {
  readonly url: string;
  readonly state: GitHubState;
  readonly requests: readonly LoggedRequest[];
  /** Requests and answers that the official description does not allow. */
  readonly violations: readonly string[];
  /** A token of a person. */
  readonly tokenOf: (login: string) => string;
  readonly openIssue: (issue: NewIssue) => Issue;
  readonly openPull: (
    pull: NewPull,
  ) => Promise<{ readonly pull: Issue; readonly runs: readonly RecordedRun[] }>;
  /** Comments as a person does, which starts `issue_comment` workflows. */
  readonly comment: (issue: number, author: string, body: string) => Promise<readonly RecordedRun[]>;
  readonly emit: (event: RepositoryEvent, by: string) => Promise<readonly RecordedRun[]>;
  /** Dispatches a workflow file as a person does; throws GitHub's refusal. */
  readonly dispatch: (file: string, dispatch?: NewDispatch) => Promise<RecordedRun>;
  /** Re-runs as a person does; throws GitHub's refusal. */
  readonly rerun: (run: RecordedRun, kind: "failed" | "all", actor?: string) => void;
  readonly cancel: (run: RecordedRun) => void;
  readonly finished: (run: RecordedRun) => Promise<RecordedAttempt>;
  readonly settle: () => Promise<void>;
  readonly inject: (fault: Fault) => void;
};

/** How a person dispatches a workflow. */
export type NewDispatch = {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly actor?: string;
  readonly ref?: string;
};

/** Opens a GitHub on a free port. */
export async function openGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const { defaultBranch = "main", repository = "octo/cascade" } = options;
  const state = createState(repository, defaultBranch);
  const folders: Folders = new Map();
  let base = "";
  const url = (): string => base;
  for (const [branch, folder] of Object.entries(options.branches ?? {})) commitFolder(state, branch, folder);
  for (const [login, role] of Object.entries(options.people ?? {})) setRole(state, login, role);
  const host = openWorkflowHost({
    state,
    url,
    folderOf: (name) => materializeCommit(state, folders, resolveCommit(state, name)),
    effects: options.effects ?? {},
    variables: options.variables ?? {},
    secrets: options.secrets ?? {},
  });
  const api = openRestApi({ state, host, url, rateLimit: options.rateLimit ?? 1000 });
  const { server, url: address } = await serve({ api, results: openResultsService(state, url), url });
  base = address;

  async function openPull(opened: NewPull): Promise<{ pull: Issue; runs: readonly RecordedRun[] }> {
    const headRepository = opened.headRepository ?? repository;
    const headSha = commitFolder(state, opened.branch, opened.folder);
    const pull = addIssue(state, opened, {
      headRef: opened.branch,
      headSha,
      headRepository,
      baseRef: defaultBranch,
      files: opened.files,
      isMerged: false,
    });
    const payload = {
      action: "opened",
      number: pull.number,
      pull_request: pull.pull && pullBody({ state, url: base }, pull, pull.pull),
    };
    const source = { ref: `refs/pull/${pull.number}/merge`, sha: headSha, headRepository };
    const event = { name: "pull_request", payload: payload as Dictionary, files: opened.files };
    return { pull, runs: await host.emit(event, opened.author, source) };
  }

  async function comment(number: number, author: string, body: string): Promise<readonly RecordedRun[]> {
    const issue = state.issues.get(number);
    if (issue === undefined) throw new Error(`No issue ${number}`);
    userOf(state, author);
    const call = { state, url: base };
    const added = commentBody(call, addComment(call, { issue: number, author, body }));
    const payload = { action: "created", issue: issueBody(call, issue), comment: added } as Dictionary;
    return host.emit({ name: "issue_comment", payload }, author);
  }

  async function dispatch(
    file: string,
    { inputs = {}, actor = "octocat", ref = defaultBranch }: NewDispatch = {},
  ) {
    userOf(state, actor);
    const workflows = await host.workflows();
    const workflow = workflows.find(({ path }) => path.endsWith(`/${file}`));
    if (workflow === undefined)
      throw new Error(`No workflow "${file}" among "${workflows.map(({ path }) => path).join('", "')}"`);
    const run = await host.dispatch({ workflow, ref, inputs, actor });
    if ("refusal" in run) throw new Error(run.refusal);
    return run;
  }

  async function close(): Promise<void> {
    for (const run of state.runs.values()) host.cancel(run);
    await host.settle();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    for (const folder of folders.values()) folder[Symbol.dispose]();
    if (api.violations.length > 0)
      throw new Error(`GitHub's contract was broken:\n${api.violations.join("\n")}`);
  }

  return {
    url: base,
    state,
    requests: api.requests,
    violations: api.violations,
    tokenOf(login) {
      userOf(state, login);
      const token = `ghp_${login}`;
      state.tokens.set(token, { login });
      return token;
    },
    openIssue: (issue) => addIssue(state, issue),
    openPull,
    comment,
    emit: (event, by) => host.emit(event, by),
    dispatch,
    rerun(run, kind, actor = "octocat") {
      const { refusal } = host.rerun(run, kind, actor);
      if (refusal !== undefined) throw new Error(refusal);
    },
    cancel: host.cancel,
    finished: host.finished,
    settle: host.settle,
    inject(fault) {
      api.faults.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
    },
    [Symbol.asyncDispose]: close,
  };
}

function setRole(state: GitHubState, login: string, role: Role): void {
  userOf(state, login);
  state.roles.set(login, role);
}

function addIssue(
  state: GitHubState,
  { title, author, body, labels = [] }: NewIssue,
  pull?: Issue["pull"],
): Issue {
  userOf(state, author);
  const at = state.now();
  const issue: Issue = {
    id: state.nextId(),
    number: nextNumber(state),
    author,
    createdAt: at,
    updatedAt: at,
    title,
    body: body ?? null,
    state: "open",
    stateReason: null,
    labels,
    ...(pull !== undefined && { pull }),
  };
  state.issues.set(issue.number, issue);
  return issue;
}
