/** Something that outranks the results; `kind` is for programs. */
export type ReportWarning = {
  readonly kind:
    | "loosened"
    | "plan-stale"
    | "not-checked"
    | "waiver-new"
    | "waiver-lapsing"
    | "waiver-lapsed"
    | "waived"
    | "suspiciously-good"
    | "suspect"
    | "vanished"
    | "not-deterministic"
    | "changed-beside"
    | "not-atomic"
    | "phantom"
    | "stray"
    | "withdrawn"
    | "frozen"
    | "interrupted";
  readonly text: string;
};
