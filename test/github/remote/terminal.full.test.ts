import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { cascade, type Ending } from "../../cli/cascade.ts";
import { openRelay, type RelayGitHub } from "../e2e/relay-repository.ts";
import { openHook } from "../report/open-hook.ts";
import { secondaryLimit, serverError } from "../fake/faults.ts";

const runbook = "test/fixtures/relay";
const days = ["--end-date", "2024-01-05"];

/** Types a command as a person does who works on the repository. */
function type(relay: RelayGitHub, words: readonly string[], login = "octocat"): Promise<Ending> {
  const environment = { GH_TOKEN: relay.github.tokenOf(login), GITHUB_API_URL: relay.github.url };
  return cascade([...words, "--repo", relay.github.state.repository], { environment });
}

/** The relay with somebody who watches it, and a webhook. */
async function toldRelay(): Promise<AsyncDisposable & { readonly folder: string }> {
  const base = await mkdtemp(join(tmpdir(), "cascade-told-"));
  const folder = join(base, "relay");
  await cp(runbook, folder, { recursive: true });
  const lines = "\nwatchers: [octo/timing]\nnotify: [{ to: json, url: { secret: HOOK } }]\n";
  await appendFile(join(folder, "runbook.yml"), lines);
  return { folder, [Symbol.asyncDispose]: () => rm(base, { recursive: true }) };
}

/** What the pages say that commands of the terminal print. */
function documentedOutput(): readonly string[] {
  const pages = ["README.md", "docs/github.md"].map((page) => readFileSync(page, "utf8"));
  const blocks = pages.flatMap((text) => [...text.matchAll(/^```console\n([^]*?)^```$/gm)]);
  assert.equal(blocks.length, pages.length);
  const lines = blocks.flatMap(([, block = ""]) => block.split("\n"));
  return lines.filter((line) => !/^(?:\$ |…$|$)/.test(line));
}

/** A line without what differs each time: ids, commits, times, and how the command names its repository. */
function timeless(line: string): string {
  return line
    .replace(" --repo octo/cascade", "")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "then")
    .replaceAll(/\b[0-9a-f]{12}\b|\b1\d{3}\b/g, "id")
    .replaceAll(/in \d+\.\d s/g, "in a while")
    .replaceAll(/ +/g, " ")
    .trim();
}

function runOf({ stderr }: Ending): string {
  return /as run (\d+):/.exec(stderr)?.[1] ?? "";
}

describe("GitHub from the terminal", () => {
  it("dispatches, follows to the report, retries what failed, and follows again", async () => {
    await using hook = await openHook();
    await using told = await toldRelay();
    await using relay = await openRelay({ runbook: told.folder, secrets: { HOOK: hook.address } });
    relay.setWeather("2024-01-02");
    const reason = ["--reason", "laps were counted twice"];
    const first = await type(relay, ["dispatch", runbook, ...days, ...reason, "--follow"]);
    assert.equal(first.code, 1, first.stderr);
    assert.match(first.stderr, /Dispatched backfill-relay\.yml on main at [0-9a-f]{12} as run \d+: https:/);
    assert.match(first.stderr, /✗ LAP one 2024-01-01 to 2024-01-05: failure in /);
    assert.match(first.stderr, /Attempt 1 ended: failure, \d+ red jobs/);
    assert.match(
      first.stdout,
      /^ {3}cascade dispatch relay --processor LAP --dates 2024-01-02 --repo octo\/cascade$/m,
    );
    assert.match(first.stdout, /^Failed: relay: LAP 2024-01-02: /);

    const [issue] = relay.github.state.issues.values();
    assert.match(issue?.body ?? "", /asked by octocat · reason laps were counted twice/);
    const calls = [...relay.github.state.comments.values()].map(({ body }) => body);
    assert.match(calls.join("\n---\n"), /^@octo\/timing: Failed: [^]*<!--[^]*-->$/);

    relay.setWeather();
    const run = runOf(first);
    const second = await type(relay, ["retry", run, "--follow"]);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /Re-running \d+ jobs of run \d+ as attempt 2/);
    assert.match(second.stdout, /^Passed: relay 2024-01-01 to 2024-01-05/);
    assert.deepEqual(
      hook.bodies.map(({ before, verdict }) => [before, verdict]),
      [
        [undefined, "Failed"],
        ["Failed", "Passed"],
      ],
    );
    assert.equal(relay.github.state.comments.size, calls.length);

    const again = await type(relay, ["retry", run]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /nothing-to-retry.*every job of run \d+ is green/);
    const listed = await type(relay, ["runs", runbook, "--github", "--json"]);
    const { runs } = JSON.parse(listed.stdout) as {
      readonly runs: readonly Readonly<Record<string, unknown>>[];
    };
    assert.partialDeepStrictEqual(runs, [
      { id: Number(run), attempt: 2, status: "completed", conclusion: "success", actor: "octocat" },
    ]);
    const table = await type(relay, ["runs", runbook, "--github"]);
    assert.match(table.stdout, /run +state +attempt/);
    const hold = await type(relay, ["hold", runbook, "--reason", "the track is being resurfaced"]);
    const release = await type(relay, ["release", runbook]);
    const printed = [first, second, table, hold, release].map(({ stdout, stderr }) => stderr + stdout);
    const lines = new Set(printed.join("\n").split("\n").map(timeless));
    assert.deepEqual(
      documentedOutput().filter((line) => !lines.has(timeless(line))),
      [],
      "the pages show what is printed",
    );
    const shown = await type(relay, ["follow", "--json"]);
    assert.equal(shown.code, 0);
    assert.partialDeepStrictEqual(JSON.parse(shown.stdout), { id: Number(run), verdict: "Passed" });
    assert.deepEqual(relay.github.violations, []);

    const known = relay.github.state.runs;
    for (const [id, own] of known) known.set(id, { ...own, headRepository: "mallory/cascade" });
    const foreign = await type(relay, ["follow", run]);
    assert.match(foreign.stderr, /Attempt 2 ended: success/);
    assert.equal(foreign.stdout, "");
    for (const [id, own] of known) known.set(id, { ...own, workflowPath: ".github/workflows/deploy.yml" });
    const other = await type(relay, ["retry"]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /^usage Cannot tell which run: no backfill was dispatched/);
  });

  it("asks again through limits and failures of GitHub, and costs nothing where nothing is new", async () => {
    await using relay = await openRelay();
    const { github } = relay;
    const operation = "actions/list-jobs-for-workflow-run";
    github.inject({ operation, answer: serverError, after: 1, times: 6 });
    github.inject({ operation, answer: "reset", after: 8, times: 4 });
    github.inject({ operation: "actions/create-workflow-dispatch", answer: secondaryLimit(1) });
    const words = ["dispatch", runbook, ...days, "--processor", "LAP", "--follow"];
    const ending = await type(relay, words);
    assert.equal(ending.code, 0, ending.stderr);
    assert.match(ending.stderr, /GitHub's limit of requests is reached: asking again in 1\.0 s/);
    assert.match(ending.stderr, /GitHub has not answered for .*; the run goes on, asking again/);
    assert.equal([...github.state.runs.values()].length, 1);
  });

  it("tells a cancelled run from one that failed", async () => {
    await using relay = await openRelay({
      effects: {
        watch(moment) {
          if (moment.kind !== "step-started" || moment.step !== "Run the cell") return;
          for (const run of relay.github.state.runs.values()) relay.github.cancel(run);
        },
      },
    });
    const ending = await type(relay, ["dispatch", runbook, ...days, "--processor", "LAP", "--follow"]);
    assert.equal(ending.code, 1, ending.stderr);
    assert.match(ending.stderr, /Attempt 1 ended: cancelled/);
  });

  it("names the run on a server that does not tell it", async () => {
    await using relay = await openRelay();
    const message = 'Invalid request.\n\n"return_run_details" is not a permitted key.';
    const operation = "actions/create-workflow-dispatch";
    relay.github.inject({ operation, answer: { status: 422, body: { message } } });
    const words = ["dispatch", runbook, ...days, "--processor", "LAP", "--dry-run"];
    const ending = await type(relay, words);
    assert.equal(ending.code, 0, ending.stderr);
    const [run] = relay.github.state.runs.values();
    assert.equal(runOf(ending), String(run?.id));
    assert.equal(ending.stdout, `Follow it: cascade follow ${run?.id} --repo octo/cascade\n`);
    await relay.github.settle();
    // One from before the field takes it for nothing.
    relay.github.inject({ operation, answer: { status: 204 }, applied: true });
    const next = await type(relay, words);
    assert.equal(next.code, 0, next.stderr);
    assert.deepEqual([...relay.github.state.runs.keys()].map(String), [runOf(ending), runOf(next)]);
    await relay.github.settle();
  });

  it("says what is wrong, and what to type", async () => {
    await using relay = await openRelay({ people: { octocat: "write", guest: "read" } });
    const { github } = relay;
    const dispatch = ["dispatch", runbook, ...days];
    const operation = "actions/create-workflow-dispatch";

    const guest = await type(relay, dispatch, "guest");
    assert.equal(guest.code, 3);
    assert.match(guest.stderr, /github-failed.*status 403[^]*`actions: write`/);

    const disabled = "Cannot trigger a 'workflow_dispatch' on a disabled workflow";
    github.inject({ operation, answer: { status: 422, body: { message: disabled } } });
    assert.match(
      (await type(relay, dispatch)).stderr,
      /disabled workflow[^]*gh workflow enable backfill-relay\.yml/,
    );

    github.inject({ operation, answer: "reset" });
    const lost = await type(relay, dispatch);
    assert.match(lost.stderr, /github-failed[^]*may have started it: look at `cascade runs --github`/);

    const queue = "Invalid workflow file: unexpected value 'queue'";
    github.inject({ operation, answer: { status: 422, body: { message: queue } } });
    assert.match(
      (await type(relay, dispatch)).stderr,
      /knows no `queue` in `concurrency`: take that line out/,
    );

    const other = await type(relay, ["dispatch", "web-events", ...days]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /workflow-missing.*has no backfill-web-events\.yml[^]*cascade workflow/);

    const held = await type(relay, ["hold", runbook, "--reason", "the tracks are wet"]);
    assert.match(held.stdout, /^relay is held since /);
    const refused = await type(relay, dispatch);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /on-hold.*octocat holds it since .*: the tracks are wet/);
    const file = join(await mkdtemp(join(tmpdir(), "cascade-held-")), "relay.duckdb");
    const warehouse = ["--warehouse", `duckdb:${file}`];
    assert.equal((await cascade(["sample", runbook, ...warehouse])).code, 0);
    const status = ["status", runbook, ...warehouse];
    const seen = await type(relay, [...status, "--github"]);
    assert.match(seen.stdout, /^octocat holds relay on GitHub since .*: the tracks are wet; /m);
    assert.doesNotMatch((await type(relay, status)).stdout, /octocat/);
    await rm(dirname(file), { recursive: true });
    assert.equal((await type(relay, ["hold", runbook, "--reason", "twice"])).code, 1);
    assert.match((await type(relay, ["release", runbook])).stdout, /relay is released; octocat had held it/);
    assert.match((await type(relay, ["release", runbook])).stdout, /^Nobody holds relay/);

    const strange = await cascade([...dispatch, "--repo", github.state.repository], {
      environment: { GH_TOKEN: "", GITHUB_TOKEN: "", PATH: "/nonexistent", GITHUB_API_URL: github.url },
    });
    assert.equal(strange.code, 2);
    assert.match(strange.stderr, /token-missing.*neither GH_TOKEN nor GITHUB_TOKEN[^]*gh auth login/);
    const wrong = await cascade([...dispatch, "--repo", github.state.repository], {
      environment: { GH_TOKEN: "ghp_stranger_to_all", GITHUB_API_URL: github.url },
    });
    assert.match(wrong.stderr, /status 401[^]*gh auth login/);
    assert.doesNotMatch(wrong.stderr + wrong.stdout, /ghp_stranger/);
    assert.equal((await type(relay, ["follow"])).code, 2);
    assert.match((await type(relay, ["follow", "12345"])).stderr, /status 404/);
    assert.equal([...github.state.runs.values()].length, 0);
  });
});
