import type { GateDescription } from "../gate-description.ts";
import { judgeContamination } from "./judge-contamination.ts";

/** The kind `contamination`. */
export const contaminationDescription: GateDescription<"contamination"> = {
  judge: (scope, { gate, answer }) => judgeContamination(scope, gate, answer),
};
