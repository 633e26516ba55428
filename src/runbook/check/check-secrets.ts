import { findKey } from "../find-key.ts";
import type { Problem } from "../problem.ts";

/** No file of a runbook holds a key: a service account's key in git is a leak, and nothing here needs one. */
export function* checkSecrets(files: ReadonlyMap<string, string>): Iterable<Problem> {
  for (const [file, text] of files) {
    const place = findKey(text);
    if (place === undefined) continue;
    yield {
      place: { file, ...place },
      message: "The file holds a private key",
      hint: "take it out, revoke it, and sign in as docs/bigquery.md says",
    };
  }
}
