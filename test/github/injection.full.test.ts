import assert from "node:assert/strict";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { Fault } from "../../src/errors.ts";
import { planInputs, readActionInputs } from "../../src/github/action-inputs.ts";
import { plannedWrite } from "../../src/github/commands/planned-write.ts";
import { subjectOf } from "../../src/github/commands/thread-subject.ts";
import { compileWorkflow } from "../../src/github/compile-workflow.ts";
import { parseJsonAs } from "../../src/github/parse-json-as.ts";
import { planFileSchema } from "../../src/github/plan-file.ts";
import { readRecoveryFile } from "../../src/github/recovery/recovery-file.ts";
import { finishedBackfill, parseRunEvent } from "../../src/github/recovery/run-event.ts";
import { findSticky } from "../../src/github/report/sticky-report.ts";
import { manifestSchema } from "../../src/github/state/manifest.ts";
import { dispatchInputs } from "../../src/github/workflow/dispatch-inputs.ts";
import type { Job } from "../../src/github/workflow/job.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { hostileText } from "../report/hostile-text.ts";
import { parseChanged } from "../runbook/small-runbook.ts";

/** Hostile text, alone or around a piece of what is expected in that place. */
function hostileAround(pieces: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...pieces);
  return fc.oneof(
    hostileText(),
    fc.tuple(piece, hostileText()).map((parts) => parts.join("")),
    fc.tuple(hostileText(), piece).map((parts) => parts.join("")),
    fc.constantFrom(...paths),
  );
}

const paths = ["../../../etc/passwd", "/etc/passwd", "..", ".", "a/../b", "x\0y", "a\nb", "-rf", "__proto__"];

describe("inputs of a dispatch", () => {
  it("are refused by name in 1,500 hostile draws, or are dates, names and numbers", () => {
    const usual: Readonly<Record<string, string>> = {
      runbook: "runbooks/web-events",
      warehouse: "duckdb",
      "github-token": "t",
      ...Object.fromEntries(
        Object.entries(dispatchInputs).map(([key, value]) => [key, String(value.default)]),
      ),
    };
    const others = new Set(["report-to", "reason"]);
    const keys = fc.constantFrom(...Object.keys(dispatchInputs).filter((key) => !others.has(key)));
    const pieces = ["2024-01-01", "SESS", "1", "true", "latest", "a".repeat(40), "octocat"];
    fc.assert(
      fc.property(keys, hostileAround(pieces), (key, text) => {
        const given = { ...usual, [key]: text };
        try {
          const inputs = readActionInputs(planInputs, (name) => given[name] ?? "");
          const value = (inputs as Readonly<Record<string, unknown>>)[key];
          const written = [value].flat().join(",");
          assert.match(written, /^(?:[\w,-]|\[bot\])*$/);
        } catch (error) {
          assert.ok(error instanceof Fault && error.code === "input-invalid", String(error));
          assert.match(error.message, new RegExp(`^Cannot read the inputs: ${key}: `));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("say why in words of anybody's, at most 500 characters of them", () => {
    const given: Readonly<Record<string, string>> = {
      runbook: "runbooks/web-events",
      warehouse: "duckdb",
      "github-token": "t",
      ...Object.fromEntries(
        Object.entries(dispatchInputs).map(([key, value]) => [key, String(value.default)]),
      ),
    };
    function reasonOf(reason: string): string {
      return readActionInputs(planInputs, (name) => ({ ...given, reason })[name] ?? "").reason;
    }
    fc.assert(fc.property(hostileText(), (text) => assert.equal(reasonOf(text), text.trim())));
    assert.throws(() => reasonOf("x".repeat(501)), { code: "input-invalid" });
  });
});

describe("texts of issues and comments", () => {
  const marker = `<!-- cascade-report runbook="relay" subject="2024-01-01..2024-01-10 duckdb new" run="7" attempt="1" -->`;
  const own = { runbook: "relay", subject: "2024-01-01..2024-01-10 duckdb new", runId: 9, attempt: 1 };

  it("are no report of ours in 1,000 hostile draws, whoever of the others writes them", () => {
    const authors = hostileAround(["github-actions", "github-actions[bot] ", "GitHub-Actions[bot]"]);
    fc.assert(
      fc.property(authors, hostileAround([marker, `\n${marker}`]), (author, text) => {
        const body = `${text}\n${marker}`;
        assert.equal(subjectOf({ author, body }, true), undefined);
        const found = { id: 1, url: "u", author, isMinimised: false, body };
        assert.equal(findSticky([found], own), undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it("are taken for what they are when our own report quotes 500 hostile texts", () => {
    fc.assert(
      fc.property(hostileAround([marker]), fc.nat({ max: marker.length }), (text, cut) => {
        const body = `${marker.slice(0, cut)}${text}${marker.slice(cut)}`;
        const subject = subjectOf({ author: "github-actions[bot]", body }, true);
        if (subject === undefined) return;
        assert.match(subject.range?.from ?? "2024-01-01", /^\d{4}-\d\d-\d\d$/);
        assert.ok(Number.isSafeInteger(subject.runId) || subject.runId > 0);
      }),
      { numRuns: 500 },
    );
  });
});

const manifest = {
  kind: "cell",
  id: "LAP-2024-01-01-2024-01-05",
  runId: "gh-7-1",
  attempt: 1,
  commit: "c".repeat(40),
  runbook: "d".repeat(32),
  dates: [{ date: "2024-01-01", outcome: "committed", version: "v" }],
  isComplete: true,
  files: [{ table: "relay_analytics.laps", sha256: "e".repeat(64) }],
};
const cell = {
  id: "LAP-1",
  processor: "LAP",
  phase: 3,
  dates: ["2024-01-01"],
  needs: [],
  reasons: { "2024-01-01": "missing" },
};
const planFile = {
  runId: "gh-7-1",
  commit: "c".repeat(40),
  runbook: "d".repeat(32),
  folder: "runbooks/relay",
  warehouse: "duckdb",
  plannedAt: "2024-02-01T00:00:00Z",
  isDryRun: false,
  requestedBy: "octocat",
  round: 0,
  gates: ["laps-coverage"],
  plan: {
    runbook: "relay",
    range: { from: "2024-01-01", to: "2024-01-05" },
    digest: "f".repeat(32),
    cells: [cell],
    waves: [["LAP-1"]],
    skipped: [],
    totals: { units: 1, cells: 1, upToDate: 0, blocked: 0, processors: 1 },
  },
};
const recovery = {
  runbook: "relay",
  range: { from: "2024-01-01", to: "2024-01-05" },
  reportTo: "#12",
  subject: "2024-01-01..2024-01-05 duckdb #12",
  requestedBy: "octocat",
  round: 0,
  mostRounds: 5,
  unknown: 0,
  unanswered: 0,
  isStale: false,
  open: { rerun: 1, forced: 0, upstreamFirst: 0, investigate: 0, unplanned: 0 },
  commands: ["cascade run"],
};

/** What goes into names of files and artifacts, into statements and into requests. */
const used: Readonly<Record<string, RegExp>> = {
  id: /^[\w-]+$/,
  runId: /^[\w-]+$/,
  processor: /^[\w-]+$/,
  table: /^[\w-]+\.[\w-]+$/,
  date: /^\d{4}-\d\d-\d\d$/,
  from: /^\d{4}-\d\d-\d\d$/,
  to: /^\d{4}-\d\d-\d\d$/,
  reportTo: /^(?:new|none|#\d+)$/,
  requestedBy: /^[\w[\]-]*$/,
};

describe("files of artifacts", () => {
  it("are what they say in 1,500 hostile draws, or cannot be read", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-hostile-"));
    const files = fc.constantFrom(
      ...([
        ["manifest", manifest],
        ["plan", planFile],
        ["recovery", recovery],
      ] as const),
    );
    const draws = fc.tuple(files, fc.nat(), hostileAround(["LAP", "2024-01-01", "a.b", "#1"]));
    await fc.assert(
      fc.asyncProperty(draws, async ([[kind, file], which, text]) => {
        const spots = leavesOf(file);
        const spot = spots[which % spots.length] ?? [];
        const json = JSON.stringify(replaced(file, spot, text));
        const read = await readAs(kind, json, folder.path);
        if (read === undefined) return;
        for (const path of leavesOf(read)) {
          const form = used[String(path.findLast((step) => typeof step === "string"))];
          if (form !== undefined) assert.match(String(at(read, path)), form, path.join("."));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("write nothing but a hold, its release or a waiver's branch, in 500 hostile draws", () => {
    const kinds = fc.constantFrom("hold", "release", "waive", "push");
    fc.assert(
      fc.property(kinds, hostileAround(["relay"]), hostileAround(["lap-1"]), (kind, runbook, id) => {
        const write = parseJsonAs(plannedWrite, JSON.stringify({ kind, runbook, id, content: "", why: "" }));
        if (write === undefined) return;
        assert.match(write.runbook, /^[\w-]+$/);
        if (write.kind === "waive") assert.match(write.id, /^[a-z0-9-]+$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("branch names and events", () => {
  it("start no recovery in 1,000 hostile draws", () => {
    const names = hostileAround(["main", "refs/heads/main", "octo/cascade"]);
    const path = hostileAround([".github/workflows/backfill-relay.yml"]);
    fc.assert(
      fc.property(names, names, path, (branch, repository, workflow) => {
        const event = parseRunEvent({
          action: "completed",
          workflow_run: {
            id: 7,
            run_attempt: 1,
            event: "workflow_dispatch",
            path: workflow,
            head_branch: branch,
            head_sha: "a".repeat(40),
            head_repository: { full_name: repository },
            conclusion: "failure",
            html_url: "u",
          },
          repository: { full_name: "octo/cascade", default_branch: "main" },
        });
        const found = finishedBackfill(event, ["relay"]);
        if (found === undefined) return;
        assert.deepEqual([branch, repository], ["main", "octo/cascade"]);
        assert.match(workflow, /^\.github\/workflows\/backfill-relay\.yml(?:@|$)/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("words of a runbook", () => {
  let relay: Runbook;
  before(async () => {
    relay = await readRunbook("test/fixtures/relay");
  });

  it("reach no shell and no expression of the compiled workflow in 300 hostile draws", () => {
    const expected = jobsOf(relay);
    fc.assert(
      fc.property(hostileText(), hostileText(), (title, text) => {
        const processors = relay.processors.map((processor) => ({ ...processor, title: `${title} ${text}` }));
        const periods = relay.periods.map((period) => ({ ...period, title: text }));
        const hostile = { ...relay, title, description: text, owner: title, processors, periods };
        assert.deepEqual(jobsOf(hostile), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("are refused by place as names, in 300 hostile draws", () => {
    const names = hostileAround(["small", "VISIT"]).filter((name) => !/^\s*[\w-]+\s*$/.test(name));
    const places = fc.constantFrom(
      ["name: small", "name: "],
      ["- id: VISIT", "- id: "],
      ["{ id: visits,", "{ id: "],
    );
    fc.assert(
      fc.property(places, names, ([found = "", key = ""], name) => {
        const end = found.endsWith(",") ? "," : "";
        const parsed = parseChanged(["runbook.yml", found, `${key}${JSON.stringify(name)}${end}`]);
        assert.equal(parsed.kind, "invalid", JSON.stringify(name));
        if (parsed.kind === "invalid") assert.ok(parsed.problems.every(({ place }) => place.line > 0));
      }),
      { numRuns: 300 },
    );
  });
});

function jobsOf(runbook: Runbook): Readonly<Record<string, Job>> {
  const { text } = compileWorkflow(runbook, { warehouse: "duckdb" });
  return (parse(text) as { readonly jobs: Readonly<Record<string, Job>> }).jobs;
}

async function readAs(
  kind: "manifest" | "plan" | "recovery",
  json: string,
  folder: string,
): Promise<unknown> {
  if (kind === "manifest") return parseJsonAs(manifestSchema, json);
  if (kind === "plan") return parseJsonAs(planFileSchema, json);
  writeFileSync(join(folder, "recovery.json"), json);
  return readRecoveryFile(folder);
}

type Path = readonly (string | number)[];

/** Paths of all texts, numbers and flags in a value. */
function leavesOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, part]) =>
    leavesOf(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, step) => (part as Readonly<Record<string, unknown>>)[step], value);
}

function replaced(value: unknown, [step, ...rest]: Path, by: string): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.map((part, index) => (index === step ? replaced(part, rest, by) : part));
  const parts = value as Readonly<Record<string, unknown>>;
  return { ...parts, [step]: replaced(parts[step], rest, by) };
}
