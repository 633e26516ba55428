import { join } from "node:path";
import { dayOf } from "../domain/calendar-date.ts";
import type { Trust } from "../domain/trust.ts";
import { readCatalog } from "../ledger/catalog.ts";
import type { AnswerMemory } from "../ledger/kept-answers.ts";
import { withBeginnings, type TrustLook } from "../ledger/recorded-trust.ts";
import { ledgerTable } from "../ledger/tables.ts";
import type { Selection } from "../plan/plan.ts";
import { judgeTrust } from "../report/trust/judge-trust.ts";
import { renderBadge } from "../report/trust/render-badge.ts";
import { renderTrustPage, type TrustPage } from "../report/trust/render-trust-page.ts";
import { trustByTable } from "../report/trust/summarise-trust.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { replaceFile } from "./replace-file.ts";
import { readFacts } from "./report-on.ts";

/** Makes every check that a report makes, and judges by it; writes nothing. */
export async function lookAtTrust(
  warehouse: Warehouse,
  {
    runbook,
    selection,
    lookedAt,
    answers,
  }: {
    readonly runbook: Runbook;
    readonly selection: Selection;
    readonly lookedAt: Date;
    readonly answers?: AnswerMemory;
  },
): Promise<TrustLook> {
  const context = { today: dayOf(lookedAt, runbook.timeZone) };
  const facts = await readFacts(warehouse, { runbook, selection, out: undefined, context, answers });
  return { found: judgeTrust(facts), lookedAt, selection };
}

/** Writes the badge and the page of all tables beside a report: `trust.svg` and `trust.html`. */
export async function writeTrust(folder: string, page: TrustPage): Promise<void> {
  await replaceFile(join(folder, "trust.svg"), renderBadge(page.runbook, trustByTable(page.trust)));
  await replaceFile(join(folder, "trust.html"), renderTrustPage(page));
}

/** What a look found, with since when it is so as the ledger remembers it. */
export async function rememberTrust(
  warehouse: Warehouse,
  runbook: Runbook,
  look: Pick<TrustLook, "found" | "lookedAt">,
): Promise<readonly Trust[]> {
  const catalog = await readCatalog(warehouse, runbook);
  if (catalog.has(ledgerTable(runbook.ledger, "cascade_trust"))) {
    return withBeginnings(warehouse, runbook.ledger, look);
  }
  return look.found.map((one) => ({ ...one, since: look.lookedAt.toISOString() }));
}
