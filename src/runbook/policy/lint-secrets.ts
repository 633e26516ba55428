import { findKey } from "../find-key.ts";
import type { PolicyFinding } from "./policy-finding.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Keys of service accounts in any file of the runbook; the text of a key is never told. */
export function* lintSecrets({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  for (const [file, text] of declaration.files) {
    const place = findKey(text);
    if (place === undefined) continue;
    yield {
      rule: "service-account-key",
      place: { file, ...place },
      message: "A key of a service account lies in the runbook",
      hint: "revoke it, remove it from the history, and use workload identity",
    };
  }
}
