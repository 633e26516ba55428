import { expressions, loadLanguageService } from "../runner/official-parser.ts";
import type { LintDocument } from "./lint-document.ts";
import type { RuleFinding } from "./workflow-rules.ts";

const { registerLogger, validate } = await loadLanguageService();
const { FeatureFlags } = expressions;
const errorOrWarning = 2;
const nowhere = { line: 0, character: 0 };

// The service logs its own failures and then finds nothing.
registerLogger({ error: fail, warn: () => undefined, info: () => undefined, log: () => undefined });

/** What GitHub's own language service finds; local actions and reusable workflows are read from `files`. */
export async function validateDocument(
  document: LintDocument,
  files: Readonly<Record<string, string>>,
): Promise<readonly RuleFinding[]> {
  const text = withRepositoryReferences(document.text);
  const diagnostics = await validate(textDocument(document.path, text), {
    featureFlags: new FeatureFlags({ allowCaseFunction: true }),
    fileProvider: { getFileContent: async ({ path }) => ({ name: path, content: textOfFile(files, path) }) },
    actionsMetadataProvider: { fetchActionMetadata: async ({ name }) => ({ name, description: "" }) },
  });
  return diagnostics
    .filter(({ severity = 1 }) => severity <= errorOrWarning)
    .map(({ message, range }) => ({
      line: range.start.line + 1,
      message: typeof message === "string" ? message : message.value,
    }));
}

function fail(message: string): never {
  throw new Error(message);
}

function textOfFile(files: Readonly<Record<string, string>>, path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`No file "${path}"`);
  return text;
}

/** The service resolves `$/actions/x`, the same length as `./actions/x`, against the repository. */
function withRepositoryReferences(text: string): string {
  return text.replaceAll(/uses: \.\/(?!\S*\.ya?ml)/g, "uses: $/");
}

let documents = 0;

/** Each has an address of its own: the service remembers what it parsed by address. */
function textDocument(path: string, text: string): Parameters<typeof validate>[0] {
  documents += 1;
  return {
    uri: `file:///${documents}/${path}`,
    languageId: "yaml",
    version: 1,
    lineCount: text.split("\n").length,
    getText: () => text,
    positionAt: () => nowhere,
    offsetAt: () => 0,
    getLineRange: () => ({ start: nowhere, end: nowhere }),
    getEOLCharacters: () => "\n",
  };
}
