import type { GateDescription } from "../gate-description.ts";
import { judgeGaps } from "./judge-gaps.ts";

/** The kind `gaps`. */
export const gapsDescription: GateDescription<"gaps"> = {
  judge: (scope, { answer }) => judgeGaps(scope, answer),
};
