import { Fault } from "../../errors.ts";
import { githubFault, type GitHubClient } from "../ask-github.ts";
import { judgeRefusal } from "./judge-refusal.ts";
import { decideSticky, type StickyFound, type StickyReport } from "./sticky-report.ts";
import { type StickyThread, commentThread, issueThread } from "./sticky-thread.ts";
import { callingComment } from "./call-watchers.ts";
import { parseMarker } from "./sticky-marker.ts";
import { turnOf, turnsRed, type Turn } from "./turn.ts";
import type { JobIdentity } from "../job-identity.ts";
import { shorterContent, stickyContent, type ReportSubject } from "./sticky-content.ts";

/** What became of a report; `absent` when there is no such place, as where Issues are off. */
export type Delivery =
  | {
      readonly kind: "created" | "updated" | "unchanged" | "outrun";
      readonly url: string;
      /** Number of the issue, or id of the comment. */
      readonly id: number;
      /** What changed by it; absent where the report before it said the same. */
      readonly turn?: Turn | undefined;
      /** Why those who watch were not called though it turned red. */
      readonly uncalled?: string;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "unneeded" };

/** What a delivery needs. */
export type DeliveryEffects = {
  readonly thread: StickyThread;
  readonly wait: (ms: number) => Promise<void>;
  /** The report with less detail; undefined when there is nothing less. */
  readonly shorten: (report: StickyReport) => StickyReport | undefined;
};

/** Requests of one delivery; pages of long lists and what the client asks again by itself aside. */
const mostRequests = 6;
const firstWaitMs = 2000;

/**
 * Writes a report once, or over the one that is there. Where the answer to a create is lost it looks again before it
 * writes: the report may be there, and a create that is merely repeated would make a second one. Fault: github-failed.
 */
export async function deliverReport(report: StickyReport, effects: DeliveryEffects): Promise<Delivery> {
  let wanted = report;
  let left = mostRequests;
  function ask<T>(work: () => Promise<T>): Promise<T> {
    left -= 1;
    return work();
  }
  let created: StickyFound | undefined;
  let before: { readonly found: StickyFound | undefined } | undefined;
  const asking = {
    ...effects,
    ask,
    mayAsk: () => left > 0,
    remember: (found: StickyFound) => (created = found),
  };
  for (let tries = 0; left > 1; tries += 1) {
    try {
      const found = created ?? (await ask(() => effects.thread.find(wanted.marker)));
      // What a lost answer has left is no earlier report.
      before ??= { found };
      return withTurn(await write(found, wanted, asking), before.found, wanted);
    } catch (cause) {
      const refusal = judgeRefusal(cause);
      if (refusal === "absent") return { kind: "absent" };
      const waitMs = firstWaitMs * 2 ** tries;
      wanted = await prepareAgain(wanted, { refusal, cause, waitMs, isLast: left <= 1 }, effects);
    }
  }
  throw new Error("A delivery ends by an answer or by a fault");
}

/** A later run has said what there is to say; what tells no verdict has none that changes. */
function withTurn(
  delivery: Delivery,
  earlier: StickyFound | undefined,
  { marker: { verdict } }: StickyReport,
): Delivery {
  if (!("id" in delivery) || delivery.kind === "outrun" || verdict === undefined) return delivery;
  const turn = turnOf(earlier && (parseMarker(earlier.body) ?? {}), verdict);
  return turn === undefined ? delivery : { ...delivery, turn };
}

type Asking = Pick<DeliveryEffects, "thread"> & {
  readonly ask: <T>(work: () => Promise<T>) => Promise<T>;
  readonly mayAsk: () => boolean;
  /** Keeps what was created: without its label nobody finds it again. */
  readonly remember: (created: StickyFound) => StickyFound;
};

async function write(
  found: StickyFound | undefined,
  wanted: StickyReport,
  { thread, ask, mayAsk, remember }: Asking,
): Promise<Delivery> {
  if (found === undefined) {
    if (decideSticky(found, wanted) === "unneeded") return { kind: "unneeded" };
    const created = remember(await ask(() => thread.create(wanted)));
    if (created.isLabelled === false) await ask(() => thread.label(created));
    // An issue cannot be created closed.
    const isDone = decideSticky(created, wanted) !== "update" || !mayAsk();
    if (!isDone) await ask(() => thread.update(created, wanted));
    return { kind: "created", url: created.url, id: created.id };
  }
  if (found.isLabelled === false) await ask(() => thread.label(found));
  const decision = decideSticky(found, wanted);
  const { id, url } = found;
  if (decision !== "update") return { kind: decision === "outrun" ? decision : "unchanged", url, id };
  await ask(() => thread.update(found, wanted));
  return { kind: "updated", url, id };
}

type Refused = {
  readonly refusal: ReturnType<typeof judgeRefusal>;
  readonly cause: unknown;
  readonly waitMs: number;
  readonly isLast: boolean;
};

/** What the next try writes, after the wait that it takes. */
async function prepareAgain(
  wanted: StickyReport,
  { refusal, cause, waitMs, isLast }: Refused,
  { wait, shorten }: DeliveryEffects,
): Promise<StickyReport> {
  if (cause instanceof Fault) throw cause;
  if (isLast || refusal === "final") throw githubFault(cause);
  if (refusal === "unclear") {
    await wait(waitMs);
    return wanted;
  }
  const shorter = shorten(wanted);
  if (shorter === undefined) throw githubFault(cause);
  return shorter;
}

/** Brings reports to an issue of their own, or with `#n` to a comment there. */
export function reportDelivery(
  client: GitHubClient,
  job: JobIdentity,
  wait: (ms: number) => Promise<void>,
): (subject: ReportSubject) => Promise<Delivery> {
  return async (subject) => {
    const to = subject.inputs["report-to"];
    const thread = threadOf(client, job, to);
    const shorten = shorterContent.bind(undefined, subject);
    const delivery = await deliverReport(stickyContent(subject), { thread, wait, shorten });
    if (!("id" in delivery) || delivery.turn === undefined || !turnsRed(delivery.turn)) return delivery;
    const place = commentThread(client, { ...job, thread: numberOf(to) ?? delivery.id });
    return { ...delivery, ...(await callWatchers(subject, { thread: place, wait })) };
  };
}

/**
 * Calls who watches, by a comment of its own: an edit of the report would tell nobody, or somebody again. It comes after
 * the report, so that a job which dies in between calls nobody rather than twice.
 */
async function callWatchers(
  subject: ReportSubject,
  place: Pick<DeliveryEffects, "thread" | "wait">,
): Promise<Pick<Extract<Delivery, { id: number }>, "uncalled">> {
  const comment = callingComment(subject);
  if (comment === undefined) return {};
  try {
    const called = await deliverReport(comment, { ...place, shorten: () => undefined });
    return called.kind === "absent" ? { uncalled: "its thread is gone" } : {};
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return { uncalled: cause.message };
  }
}

/** The number in `#n`. */
function numberOf(to: string): number | undefined {
  return to.startsWith("#") ? Number(to.slice(1)) : undefined;
}

/** Where reports to such a place live: as comments on `#n`, else in issues of their own. */
export function threadOf(client: GitHubClient, job: JobIdentity, to: string): StickyThread {
  const thread = numberOf(to);
  return thread === undefined ? issueThread(client, job) : commentThread(client, { ...job, thread });
}
