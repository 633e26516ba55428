import type { Invocation } from "../domain/printed-command.ts";
import type { ProblemKind, toneOf } from "../domain/verdict.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { GateAnswers } from "./gate-answers.ts";

/** What whoever shows a view draws with. */
export type Pen = {
  readonly paint: (tone: ReturnType<typeof toneOf>, text: string) => string;
  /** The first row is the head. */
  readonly table: (rows: readonly (readonly string[])[]) => string;
};

/** What the command of a kind shows people, and what is wrong by it. */
export type GateView = {
  readonly text: (pen: Pen) => string;
  readonly problems: readonly { readonly kind: ProblemKind }[];
};

/** For whom an answer is shown: what commands name, whether all that warns counts, and what was asked together with it. */
export type GateViewing = {
  readonly runbook: Runbook;
  readonly invocation: Invocation;
  readonly isStrict: boolean;
  readonly answers: Partial<GateAnswers>;
};
