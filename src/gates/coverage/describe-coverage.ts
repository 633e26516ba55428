import type { GateDescription } from "../gate-description.ts";
import { judgeCoverage } from "./judge-coverage.ts";

/** The kind `coverage`. */
export const coverageDescription: GateDescription<"coverage"> = {
  judge: (scope, { answer }) => judgeCoverage(scope, answer),
};
