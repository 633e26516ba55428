import { Fault } from "../../errors.ts";
import type { Plan } from "../plan.ts";

/** Refuses a plan that is another than the one that was approved, where one was. Fault: digest-mismatch. */
export function refuseOtherDigest(plan: Plan, approved: string | undefined): void {
  if (approved === undefined || approved === plan.digest) return;
  throw new Fault("digest-mismatch", `Cannot run: expected the plan "${approved}", found "${plan.digest}"`, {
    hint: "Something changed since the plan was approved; look at `cascade plan` again and approve its digest",
  });
}
