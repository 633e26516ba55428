import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableCut } from "../../domain/table-cut.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { createStage } from "../../sql/stage.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { stageAgain, type Violations } from "../stage-dates.ts";

/** A session in which cases of one step that see the same dates are staged one after the other. */
export type CaseBench = {
  readonly key: string;
  readonly session: Warehouse;
  readonly names: StageNames;
  readonly cuts: readonly TableCut[];
  readonly token: string;
};

type BenchRequest = Pick<CaseBench, "cuts" | "token"> & {
  readonly runbook: Pick<Runbook, "ledger">;
  readonly processor: Processor;
};

/** What two cases must have alike to be staged in one session. */
export function benchKey({ processor, cuts }: Pick<BenchRequest, "processor" | "cuts">): string {
  return JSON.stringify([processor.id, cuts]);
}

/** Opens a session with an empty stage, whose queries see nothing beside the cuts. */
export async function openBench(
  warehouse: Warehouse,
  { runbook, processor, cuts, token }: BenchRequest,
): Promise<CaseBench> {
  const session = await warehouse.session();
  const { stage, cut } = session.dialect;
  const names = stage.names({ ledger: runbook.ledger, token });
  for (const sql of [...createStage(session.dialect, names, processor), ...cut.begin(cuts, token)]) {
    await session.query({ sql, purpose: `create the stage of ${processor.id}` });
  }
  return { key: benchKey({ processor, cuts }), session, names, cuts, token };
}

/** Closes the session, with all that it alone has. */
export async function closeBench({ session, token }: CaseBench): Promise<void> {
  await using closing = session;
  for (const sql of closing.dialect.cut.end(token)) await closing.query({ sql, purpose: "remove a stage" });
}

/** Stages the dates of a case in the place of the case before; what its checks find. Faults: those of the step, for all dates together. */
export function stageOnBench(
  { session, names, cuts }: CaseBench,
  request: { readonly runbook: Runbook; readonly processor: Processor; readonly sql: string },
  dates: readonly CalendarDate[],
): Promise<Violations> {
  return stageAgain(session, { ...request, names, cuts }, dates);
}
