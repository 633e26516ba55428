import type { Mention } from "../../../src/domain/mention.ts";
import type { Delivery } from "../../../src/github/report/deliver-report.ts";
import { reportDelivery } from "../../../src/github/report/deliver-report.ts";
import type { ReportSubject } from "../../../src/github/report/sticky-content.ts";
import type { ReportModel } from "../../../src/report/model.ts";
import { actionsBot } from "../fake/state.ts";
import type { GitHub } from "../fake/open-github.ts";
import { openTestClient } from "../fake/open-test-client.ts";
import { goldenCases } from "../../report/golden-cases.ts";

/** A report to deliver; what is left out is that of the first attempt of run 7 with a green model. */
export type Posted = {
  readonly runId?: number;
  readonly attempt?: number;
  readonly model?: ReportModel;
  readonly to?: string;
  readonly unknown?: readonly string[];
  readonly warehouse?: string;
  readonly watchers?: readonly Mention[];
};

/** Delivers as the report job does, with a token of its permissions. */
export type Reporter = {
  readonly post: (posted?: Posted) => Promise<Delivery>;
  /** The same for a subject of one's own. */
  readonly deliver: (subject: ReportSubject) => Promise<Delivery>;
  /** Waits that were asked for, in milliseconds; none is waited. */
  readonly waits: readonly number[];
  /** What the client said of limits that it waited for. */
  readonly said: readonly string[];
};

/** A reporter on a fake GitHub. */
export function openReporter(github: GitHub): Reporter {
  const permissions = { issues: "write", "pull-requests": "write" } as const;
  github.state.tokens.set("ghs_report", { login: actionsBot, permissions, job: "Report" });
  const said: string[] = [];
  const client = openTestClient(github, "ghs_report", said);
  const waits: number[] = [];
  function deliver(subject: ReportSubject): Promise<Delivery> {
    const job = { ...subject.job, owner: "octo", repository: "cascade" };
    const whole = { ...job, commit: "c".repeat(40), workflow: "backfill-relay.yml", actor: "octocat" };
    return reportDelivery(client, whole, (ms) => Promise.resolve(void waits.push(ms)))(subject);
  }
  return {
    waits,
    said,
    deliver,
    post({
      runId = 7,
      attempt = 1,
      model = greenModel,
      to = "new",
      unknown = [],
      warehouse = "duckdb",
      watchers = [],
    } = {}) {
      const footer = { ...model.footer, runId: `gh-${runId}`, runAttempt: attempt };
      const inputs = { warehouse, "report-to": to };
      return deliver({ model: { ...model, footer }, unknown, inputs, job: { runId, attempt }, watchers });
    },
  };
}

/** A model that asks for nothing. */
export const greenModel: ReportModel = modelOf("all-green");
/** A model that asks for something, on the dates of `greenModel`. */
export const redModel: ReportModel = modelOf("blocked");

function modelOf(wanted: string): ReportModel {
  const found = goldenCases().find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`No case "${wanted}"`);
  return found.model;
}
