import { noticeOf } from "../../report/notice.ts";
import { renderNotice } from "../../report/render-notice.ts";
import type { Webhook } from "../../runbook/told.ts";
import type { JobEffects } from "../job-effects.ts";
import { webhookVariable } from "../workflow/webhook-variable.ts";
import type { Delivery } from "./deliver-report.ts";
import { sendNotice } from "./send-notice.ts";
import { untoldText, type ReportSubject } from "./sticky-content.ts";
import { tellDelivery } from "./tell-report.ts";

/** Webhooks of a runbook, and the address of the run whose report they are told of. */
type Audience = { readonly webhooks: readonly Webhook[]; readonly run: string };

/** What delivering and telling needs. */
type Telling = Pick<JobEffects, "environment" | "signal" | "voice"> & {
  readonly deliver: (subject: ReportSubject) => Promise<Delivery>;
};

/**
 * Brings a report to its thread, then tells webhooks where its verdict is another than that of the report before. The
 * report remembers its verdict, so nothing is told twice: not by a re-run, nor by a later run; a job that dies in between
 * tells nothing. Who was not told stands in the report. Fault: github-failed of the delivery.
 */
export async function deliverAndNotify(
  subject: ReportSubject,
  audience: Audience,
  effects: Telling,
): Promise<void> {
  const delivery = await effects.deliver(subject);
  tellDelivery(delivery, subject, effects);
  const untold = await notify(subject, { ...audience, delivery }, effects);
  if (untold.length === 0) return;
  for (const message of untold) effects.voice.annotate({ level: "warning", title: "not told", message });
  await effects.voice.summarise(untoldText(untold));
  if ("id" in delivery) await effects.deliver({ ...subject, untold });
}

/** Gives a line for each webhook that is not known to have been told though the verdict changed. */
async function notify(
  { model }: ReportSubject,
  { webhooks, run, delivery }: Audience & { readonly delivery: Delivery },
  { environment, signal, voice }: Telling,
): Promise<readonly string[]> {
  if (webhooks.length === 0) return [];
  if (delivery.kind === "absent") {
    return ["No webhook: without an issue or thread nothing remembers what was told before"];
  }
  if (!("id" in delivery) || delivery.turn === undefined) return [];
  const { before } = delivery.turn;
  const around = { report: delivery.url, run, ...(before && { before: before.word }) };
  const answers = webhooks.map(async ({ to, secret, values }) => {
    const address = environment[webhookVariable(secret)]?.trim() ?? "";
    if (address !== "") voice.mask(address);
    const body = renderNotice(to, noticeOf(model, { ...around, values }));
    const why = await sendNotice({ address, body, signal });
    if (why === undefined) voice.log(`Told the webhook of ${secret} (${to})`);
    return why === undefined ? [] : [`The webhook of ${secret} (${to}): ${why}`];
  });
  return (await Promise.all(answers)).flat();
}
