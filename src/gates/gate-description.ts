import type { Gate, GateKind } from "../runbook/runbook.ts";
import type { GateAnswer } from "./gate-answers.ts";
import type { GateJudgement } from "./gate-result.ts";
import type { GateScope } from "./gate-scope.ts";

/** How one kind of gate judges and explains what was read for it. Pure: whoever renders or decides may use it. */
export type GateDescription<Kind extends GateKind> = {
  /** What a gate of this kind makes of an answer. */
  readonly judge: (
    scope: GateScope,
    asked: { readonly gate: Pick<Gate, "strict">; readonly answer: GateAnswer<Kind> },
  ) => GateJudgement;
};
