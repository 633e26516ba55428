import { isSeq, parseDocument, type Document } from "yaml";
import type { Waiver } from "../../runbook/runbook.ts";

/** A waiver as it is to be written. */
export type NewWaiver = Omit<Waiver, "place">;

/** An id that no waiver has yet: `sales-p4`, `sales-2021-11-05`, with a number where that is taken. */
export function waiverId(waiver: Omit<NewWaiver, "id">, taken: readonly string[]): string {
  const extent = waiver.period ?? waiver.dates[0] ?? "";
  const id = `${waiver.processor}-${extent}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  const candidates = [id, ...Array.from({ length: taken.length + 1 }, (_, index) => `${id}-${index + 2}`)];
  return candidates.find((candidate) => !taken.includes(candidate)) ?? id;
}

/** The text of waivers.yml with one waiver more; comments and the other entries stay as they are. */
export function addWaiver(text: string | undefined, waiver: NewWaiver): string {
  const document: Document = parseDocument(text === undefined || text.trim() === "" ? "waivers: []\n" : text);
  const list = document.get("waivers");
  if (isSeq(list)) {
    if (list.items.length === 0) list.flow = false;
    list.add(document.createNode(entryOf(waiver)));
  } else document.set("waivers", document.createNode([entryOf(waiver)]));
  return document.toString({ lineWidth: 0 });
}

function entryOf(waiver: NewWaiver): Readonly<Record<string, unknown>> {
  const { id, kind, processor, period, dates, entities, maximumRate } = waiver;
  const { reason, approver, expires, digest, warehouse } = waiver;
  const extent = kind === "gap" ? { dates, entities } : { period, "max-rate": maximumRate };
  return { id, kind, processor, ...extent, reason, approver, expires, digest, warehouse };
}
