import type { GateDescription } from "../gate-description.ts";
import { judgeContract } from "./judge-contract.ts";

/** The kind `contract`. */
export const contractDescription: GateDescription<"contract"> = {
  judge: (scope, { answer }) => judgeContract(scope, answer),
};
