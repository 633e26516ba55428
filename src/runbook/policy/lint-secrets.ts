import type { PolicyFinding } from "./policy-finding.ts";
import type { PolicyModel } from "./policy-model.ts";

const keys = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----|"private_key"\s*:|"type"\s*:\s*"service_account"/;

/** Keys of service accounts in any file of the runbook; the text of a key is never told. */
export function* lintSecrets({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  for (const [file, text] of declaration.files) {
    const match = keys.exec(text);
    if (match === null) continue;
    const lines = text.slice(0, match.index).split("\n");
    yield {
      rule: "service-account-key",
      place: { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
      message: "A key of a service account lies in the runbook",
      hint: "revoke it, remove it from the history, and use workload identity",
    };
  }
}
