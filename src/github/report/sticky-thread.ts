import type { GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { StickyMarker } from "./sticky-marker.ts";
import { findSticky, type StickyFound, type StickyReport } from "./sticky-report.ts";

/** Where a report lives. Each function takes one request; `find` one more per hundred issues or comments. */
export type StickyThread = {
  find(marker: StickyMarker): Promise<StickyFound | undefined>;
  create(report: StickyReport): Promise<StickyFound>;
  update(found: StickyFound, report: StickyReport): Promise<StickyFound>;
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
  };
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
  };
}

type Written = {
  readonly html_url: string;
  readonly user?: { readonly login: string } | null;
  readonly body?: string | null | undefined;
};

function foundIssue(
  issue: Written & { readonly number: number; readonly title: string; readonly state: string },
): StickyFound {
  const { number: id, title, state } = issue;
  return { id, title, isOpen: state === "open", isMinimised: false, ...written(issue) };
}

function foundComment(
  comment: Written & { readonly id: number; readonly minimized?: object | null },
): StickyFound {
  return { id: comment.id, isMinimised: (comment.minimized ?? null) !== null, ...written(comment) };
}

function written({ html_url: url, user, body }: Written): Pick<StickyFound, "url" | "author" | "body"> {
  return { url, author: user?.login ?? "", body: body ?? "" };
}
