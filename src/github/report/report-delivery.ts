import type { GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import { deliverReport, type Delivery } from "./deliver-report.ts";
import { shorterContent, stickyContent, type ReportSubject } from "./sticky-content.ts";
import { commentThread, issueThread } from "./sticky-thread.ts";

/** Brings reports to an issue of their own, or with `#n` to a comment there. At most six requests each. */
export function reportDelivery(
  client: GitHubClient,
  job: JobIdentity,
  wait: (ms: number) => Promise<void>,
): (subject: ReportSubject) => Promise<Delivery> {
  return (subject) => {
    const to = subject.inputs["report-to"];
    const thread = to.startsWith("#")
      ? commentThread(client, { ...job, thread: Number(to.slice(1)) })
      : issueThread(client, job);
    const shorten = shorterContent.bind(undefined, subject);
    return deliverReport(stickyContent(subject), { thread, wait, shorten });
  };
}
