import type { RunbookLimits } from "../limits.ts";
import type { LimitsText } from "../schema/limits-schema.ts";

/** `limits` without what is left out. */
export function buildLimits(limits: LimitsText): RunbookLimits {
  const { parallel, priority, reservation, labels } = limits;
  const [bytes, minutes] = [limits["statement-bytes"], limits["statement-minutes"]];
  return {
    ...(bytes === undefined ? {} : { statementBytes: bytes }),
    ...(minutes === undefined ? {} : { statementMinutes: minutes }),
    ...(parallel === undefined ? {} : { parallel }),
    ...(priority === undefined ? {} : { priority }),
    ...(reservation === undefined ? {} : { reservation }),
    labels,
  };
}
