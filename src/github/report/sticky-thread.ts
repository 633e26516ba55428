import { isStatus, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { StickyMarker } from "./sticky-marker.ts";
import { findSticky, type StickyFound, type StickyReport } from "./sticky-report.ts";

/** Where a report lives. Each function takes one request; `find` one more per hundred issues or comments, `label` two. */
export type StickyThread = {
  find(marker: StickyMarker): Promise<StickyFound | undefined>;
  create(report: StickyReport): Promise<StickyFound>;
  update(found: StickyFound, report: StickyReport): Promise<StickyFound>;
  /** Gives an issue the label by which `find` finds it. */
  label(found: StickyFound): Promise<StickyFound>;
};

/** The label of the issues that are reports. */
const reportLabel = "cascade";

type Repository = Pick<JobIdentity, "owner" | "repository">;

/** An issue for every report. The oldest is taken when there are two. */
export function issueThread({ rest, paginate }: GitHubClient, job: Repository): StickyThread {
  const here = { owner: job.owner, repo: job.repository };
  return {
    async find(marker) {
      const list = { ...here, labels: reportLabel, state: "all", direction: "asc", per_page: 100 } as const;
      for await (const { data } of paginate.iterator(rest.issues.listForRepo, list)) {
        const issues = data.filter(({ pull_request: pull }) => pull === undefined).map(foundIssue);
        const found = findSticky(issues, marker);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async create({ title, body }) {
      const { data } = await rest.issues.create({ ...here, title, body, labels: [reportLabel] });
      return foundIssue(data);
    },
    async update({ id }, { title, body, isOpen }) {
      const state = isOpen ? ({ state: "open" } as const) : closed;
      const { data } = await rest.issues.update({ ...here, issue_number: id, title, body, ...state });
      return foundIssue(data);
    },
    async label(found) {
      const label = { ...here, name: reportLabel, description: "A report of a backfill" };
      await rest.issues.createLabel(label).catch(allowKnown);
      await rest.issues.addLabels({ ...here, issue_number: found.id, labels: [reportLabel] });
      return { ...found, isLabelled: true };
    },
  };
}

/** GitHub refuses to make a label that is there. */
function allowKnown(cause: unknown): void {
  if (!isStatus(cause, 422)) throw cause;
}

const closed = { state: "closed", state_reason: "completed" } as const;

/** One comment on an issue or pull request. */
export function commentThread(
  { rest, paginate }: GitHubClient,
  { owner, repository: repo, thread }: Repository & { readonly thread: number },
): StickyThread {
  const here = { owner, repo };
  return {
    async find(marker) {
      const list = { ...here, issue_number: thread, per_page: 100 };
      for await (const { data } of paginate.iterator(rest.issues.listComments, list)) {
        const found = findSticky(data.map(foundComment), marker);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    async create({ body }) {
      const { data } = await rest.issues.createComment({ ...here, issue_number: thread, body });
      return foundComment(data);
    },
    async update({ id }, { body }) {
      const { data } = await rest.issues.updateComment({ ...here, comment_id: id, body });
      return foundComment(data);
    },
    label: (found) => Promise.resolve(found),
  };
}

type Written = {
  readonly html_url: string;
  readonly user?: { readonly login: string } | null;
  readonly body?: string | null | undefined;
};

function foundIssue(
  issue: Written & {
    readonly number: number;
    readonly title: string;
    readonly state: string;
    readonly labels: readonly (string | { readonly name?: string })[];
  },
): StickyFound {
  const { number: id, title, state, labels } = issue;
  const isLabelled = labels.some((label) => (typeof label === "string" ? label : label.name) === reportLabel);
  return { id, title, isOpen: state === "open", isLabelled, isMinimised: false, ...written(issue) };
}

function foundComment(
  comment: Written & { readonly id: number; readonly minimized?: object | null },
): StickyFound {
  return { id: comment.id, isMinimised: (comment.minimized ?? null) !== null, ...written(comment) };
}

function written({ html_url: url, user, body }: Written): Pick<StickyFound, "url" | "author" | "body"> {
  return { url, author: user?.login ?? "", body: body ?? "" };
}
