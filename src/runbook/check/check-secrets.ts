import type { Problem } from "../problem.ts";

const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----|"private_key(?:_id)?"\s*:/;

/** No file of a runbook holds a key: a service account's key in git is a leak, and nothing here needs one. */
export function* checkSecrets(files: ReadonlyMap<string, string>): Iterable<Problem> {
  for (const [file, text] of files) {
    const found = key.exec(text);
    if (found === null) continue;
    const before = text.slice(0, found.index).split("\n");
    yield {
      place: { file, line: before.length, column: (before.at(-1) ?? "").length + 1 },
      message: "The file holds a private key",
      hint: "take it out, revoke it, and sign in as .github/BIGQUERY.md says",
    };
  }
}
