import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunnerEffects, RunRequest } from "./run-request.ts";
import type { RunResult } from "./run-result.ts";
import { runWorkflow } from "./start-run.ts";

const repository = join(import.meta.dirname, "../../..");
const neededByWorkflows = [".github", "actions", "runbooks", "src", "package.json", "package-lock.json"];

/** A folder of files that is gone when its test is over. */
export type Checkout = Disposable & { readonly folder: string };

/** Writes files by path into a folder of their own. */
export function openCheckout(files: Readonly<Record<string, string>>): Checkout {
  const folder = mkdtempSync(join(tmpdir(), "cascade-checkout-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Copies what this repository's workflows need, with other files written over it. */
export function openRepository(files: Readonly<Record<string, string>> = {}): Checkout {
  const checkout = openCheckout(files);
  for (const name of neededByWorkflows) {
    const source = join(repository, name);
    const options = { recursive: true, force: false };
    if (existsSync(source)) cpSync(source, join(checkout.folder, name), options);
  }
  return checkout;
}

/** Where `runText` puts the workflow. */
export const workflowPath = ".github/workflows/test.yml";

/** What a test may add to a workflow's text: other files, inputs, a re-run, effects. */
export type RunOptions = Partial<Omit<RunRequest, "event" | "checkout" | "workflow">> & {
  readonly files?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly effects?: RunnerEffects;
};

/** Dispatches a workflow given as text, alone in a checkout, and waits for its end. */
export async function runText(text: string, options: RunOptions = {}): Promise<RunResult> {
  const { files = {}, inputs = {}, effects = {}, ...request } = options;
  using checkout = openCheckout({ ...files, [workflowPath]: text });
  return await runWorkflow(
    {
      ...request,
      checkout: checkout.folder,
      workflow: workflowPath,
      event: {
        name: "workflow_dispatch",
        payload: {},
        actor: "alice",
        ref: "refs/heads/main",
        sha: "a".repeat(40),
        inputs,
      },
    },
    effects,
  );
}

/** A workflow of these jobs, indented by two, that a person dispatches. */
export function dispatched(jobs: string, head = ""): string {
  return `name: Test\non:\n  workflow_dispatch:\npermissions: {}\n${head}jobs:\n${jobs}`;
}
