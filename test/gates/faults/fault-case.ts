import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import type { GateResult } from "../../../src/gates/gate-result.ts";
import type { GateKind, Runbook } from "../../../src/runbook/runbook.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";

/**
 * One kind of fault on a clean season. In texts and patterns `{player}`, `{team}`, `{game}` stand for a player of
 * 2021-12-10 with a row in every table, his team and his game; `{before}` for the date of his game before.
 */
export type FaultCase = {
  readonly kind: string;
  /** Statements that inject it behind the engine's back. */
  readonly sql?: string;
  /** The runbook that gates and the run see from then on. */
  readonly edit?: (runbook: Runbook, warehouse: Warehouse) => Runbook | Promise<Runbook>;
  /** Whether the cascade is run again afterwards, as if nobody had noticed; or only some processors of one date. */
  readonly run?: "all" | { readonly processors: readonly string[]; readonly dates: readonly CalendarDate[] };
  /** A second injection, after that run. */
  readonly then?: string;
  /** Gates that have to say something, and what. Others may. */
  readonly found: Partial<Readonly<Record<GateKind, GateResult["status"]>>>;
  /** Pattern of the text of the first finding of all gates: table or processor, date, and field or entity where there is one. */
  readonly cause: string;
  /** The same of a report's headline, where 160 characters have no room for all of it; absent: the cause. */
  readonly headline?: string;
  readonly exitCode: 1 | 2 | 3;
};

/** The date that faults happen on, unless they say otherwise. */
export const faultDate = "2021-12-10";
