import { posix } from "node:path";
import { findMisusedActions, type LocalActions } from "./action-rules.ts";
import { validateDocument } from "./language-service.ts";
import { parseLintDocument, type Finding, type LintDocument } from "./lint-document.ts";
import { hasShellcheck, shellcheckDocument } from "./shellcheck.ts";
import {
  findExcessPermissions,
  workflowRules,
  type PermissionTable,
  type RuleFinding,
} from "./workflow-rules.ts";

/**
 * Lints workflow and action files, given by path in the repository: GitHub's language service, the project's own
 * rules, and shellcheck where it is installed. Findings are sorted by file and line; none means clean.
 */
export async function lintWorkflows(
  files: Readonly<Record<string, string>>,
  table?: PermissionTable,
): Promise<readonly Finding[]> {
  const documents = Object.entries(files).map(([path, text]) => parseLintDocument(path, text));
  const actions: LocalActions = new Map(
    documents.filter(isAction).map(({ path, value }) => [posix.dirname(path), value]),
  );
  const isShellChecked = hasShellcheck();
  const found = documents.map(async (document) => [
    ...named("language-service", document, await validateDocument(document, files)),
    ...Object.entries(workflowRules).flatMap(([rule, find]) => named(rule, document, find(document))),
    ...named("local-actions", document, findMisusedActions(document, actions)),
    ...(table === undefined
      ? []
      : named("job-permissions", document, findExcessPermissions(document, table))),
    ...(isShellChecked ? named("shellcheck", document, shellcheckDocument(document)) : []),
  ]);
  const findings = (await Promise.all(found)).flat();
  return findings.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function isAction({ path }: LintDocument): boolean {
  return /\/action\.ya?ml$/.test(path);
}

function named(rule: string, { path }: LintDocument, findings: readonly RuleFinding[]): Finding[] {
  return findings.map(({ line, message }) => ({ rule, file: path, line, message }));
}
