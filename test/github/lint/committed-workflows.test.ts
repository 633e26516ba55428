import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { Permissions } from "../runner/workflow.ts";
import { lintWorkflows } from "./lint-workflows.ts";

const root = join(import.meta.dirname, "../../..");
const read: Permissions = { contents: "read", actions: "read" };
const threads: Permissions = { issues: "write", "pull-requests": "write" };

/** The most that each job of a hand-written workflow may hold; architecture, "Permissions". */
const written: Readonly<Record<string, Readonly<Record<string, Permissions>>>> = {
  "ci.yml": { gate: { contents: "read" }, audit: { contents: "read" } },
  "release.yml": {
    pack: { contents: "read" },
    publish: { "id-token": "write" },
    release: { contents: "write" },
  },
  "preview.yml": { states: read, preview: { contents: "read" }, cases: { contents: "read" } },
  "watch.yml": { watch: { ...read, issues: "write" } },
  "recover.yml": { recover: { contents: "read", actions: "write", issues: "write" } },
  "commands.yml": {
    command: { contents: "read", actions: "write", ...threads },
    plan: { contents: "read" },
    write: { contents: "write", issues: "read" },
    answer: { contents: "read", ...threads },
  },
};

describe("the workflows and actions of this repository", () => {
  it("are clean, and no job holds more than the table grants", async () => {
    const files = await readFiles();
    assert.ok(Object.keys(files).length >= 12, Object.keys(files).join());
    assert.deepEqual(await lintWorkflows(files, granted), []);
  });

  it("recover every backfill that is compiled here", async () => {
    const files = await readFiles();
    const compiled = Object.keys(files).filter((path) => /\/backfill-[^/]+$/.test(path));
    const { on } = parse(files[".github/workflows/recover.yml"] ?? "") as {
      readonly on: { readonly workflow_run: { readonly workflows: readonly string[] } };
    };
    const names = compiled.map((path) => (parse(files[path] ?? "") as { readonly name: string }).name);
    assert.deepEqual(on.workflow_run.workflows.toSorted(), names.toSorted());
  });
});

function granted(file: string, job: string): Permissions | undefined {
  const name = basename(file);
  if (!name.startsWith("backfill-")) return written[name]?.[job];
  const identity: Permissions = name.endsWith("-bigquery.yml") ? { "id-token": "write" } : {};
  if (job === "approve") return {};
  return { ...read, ...(job === "report" ? threads : {}), ...identity };
}

async function readFiles(): Promise<Readonly<Record<string, string>>> {
  const workflows = (await readdir(join(root, ".github/workflows"))).map(
    (name) => `.github/workflows/${name}`,
  );
  const actions = (await readdir(join(root, "actions"))).map((name) => `actions/${name}/action.yml`);
  const entries = [...workflows, ...actions].map(async (path) => [
    path,
    await readFile(join(root, path), "utf8"),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Readonly<Record<string, string>>;
}
