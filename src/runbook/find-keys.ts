import { keyForms } from "../domain/key-forms.ts";
import type { RunbookText } from "./parse-declaration.ts";
import type { PolicyFinding } from "./problem.ts";
import type { Place } from "./runbook.ts";

/**
 * Credentials by the names of their fields, in JSON, YAML (block, flow, list) and scripts, however they are quoted: Google's
 * files of service accounts (https://cloud.google.com/iam/docs/keys-create-delete) and of users, as `gcloud auth
 * application-default login` writes them, which hold a refresh token.
 */
const namedForms: readonly RegExp[] = [
  /(?<![\w.$-])["'`]?private_key(?:_id)?["'`]?\s*:\s*[^\s,}\]]/,
  /(?<![\w.$-])private_key(?:_id)?\s*=\s*["'`][^"'`]{20}/,
  /(?<![\w.$-])["'`]?type["'`]?\s*:\s*["'`]?(?:service_account|authorized_user)\b/,
  /(?<![\w.$-])["'`]?(?:refresh_token|client_secret)["'`]?\s*[:=]\s*(?:["'`][^"'`\s]{8}|[\w/.~+-]{20})/,
];

/**
 * Keys in a runbook's folder, the first of each file: nothing here needs one, and in git it is a leak. The text of a key is
 * never told.
 */
export function findKeys({ files, keysElsewhere = [] }: RunbookText): readonly PolicyFinding[] {
  const inFiles = [...files].flatMap(([file, text]) => {
    const place = findKey(text);
    return place === undefined ? [] : [{ file, ...place }];
  });
  return [...inFiles, ...keysElsewhere].map(({ file, line, column }) => ({
    rule: "service-account-key",
    place: { file, line, column },
    message: "The file holds a key",
    hint: "revoke it, take it out of the history, and sign in as docs/bigquery.md says",
  }));
}

/** Where a text first holds a key, counted from 1; undefined when it holds none. */
export function findKey(text: string): Omit<Place, "file"> | undefined {
  const patterns = [...namedForms, ...keyForms.map(({ pattern }) => pattern)];
  const starts = patterns.map((pattern) => text.search(pattern)).filter((at) => at !== -1);
  if (starts.length === 0) return undefined;
  const before = text.slice(0, Math.min(...starts)).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
