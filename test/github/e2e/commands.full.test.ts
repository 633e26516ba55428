import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { describe, it } from "node:test";
import { fromBufferPromise } from "yauzl";
import { cascade } from "../../cli/cascade.ts";
import type { GitHub } from "../fake/open-github.ts";
import { jobsOf, logOf, openRelay, type Finished } from "./relay-repository.ts";

describe("commands in the thread of a report", () => {
  it("are heard, answered, and carried out by those who may", async () => {
    await using relay = await openRelay({ people: { octocat: "write", guest: "read" } });
    const { github } = relay;
    const first = await relay.backfill();
    const issue = [...github.state.issues.values()].find(({ labels }) => labels.includes("cascade"));
    assert.ok(issue, logOf(first));

    await say(github, issue.number, "/cascade why LAP 2024-01-03");
    assert.match(lastComment(github), /LAP 2024-01-03 \(period one\)/);
    await say(github, issue.number, "/cascade run", "guest");
    assert.match(lastComment(github), /^\*\*Refused\*\* \(`no-permission`\)/);

    const asked = github.state.comments.size;
    const stranger = await say(github, issue.number, "/cascade run", "mallory");
    assert.deepEqual(jobsOf(stranger), {
      command: "skipped",
      plan: "skipped",
      write: "skipped",
      answer: "skipped",
    });
    assert.equal(github.state.comments.size, asked + 1, "nobody answers a stranger");

    const hold = await say(github, issue.number, "/cascade hold the tracks are wet");
    assert.deepEqual(
      jobsOf(hold),
      { command: "success", plan: "skipped", write: "success", answer: "success" },
      logOf(hold),
    );
    assert.match(lastComment(github), /relay is held since/);
    await say(github, issue.number, "/cascade run");
    assert.match(lastComment(github), /^\*\*Refused\*\* \(`on-hold`\)/);
    await say(github, issue.number, "/cascade status");
    assert.match(lastComment(github), /^\*\*Done\*\*: status of relay/);
    assert.match(lastComment(github), /\| LAP +\| +10 \| +0 \|/);
    assert.match(lastComment(github), /octocat holds relay on GitHub since \S+: the tracks are wet;/);
    await say(github, issue.number, "/cascade release");
    assert.match(lastComment(github), /relay is released; octocat had held it/);
    const before = github.state.runs.size;
    await say(github, issue.number, "/cascade run");
    assert.match(lastComment(github), /dispatched backfill-relay\.yml/);
    await github.settle();
    const runs = [...github.state.runs.values()].slice(before);
    assert.deepEqual(
      runs.map(({ workflowName, event }) => [workflowName, event.name]),
      [
        ["Commands", "issue_comment"],
        ["Backfill relay", "workflow_dispatch"],
      ],
    );
    const waive = `/cascade waive --processor LAP --dates 2024-01-03 --reason "rained off" --expires 2099-12-31`;
    const waived = await say(github, issue.number, waive);
    assert.match(
      lastComment(github),
      /compare\/main\.\.\.cascade\/waive-lap-2024-01-03\?expand=1/,
      logOf(waived),
    );
    assert.ok(github.state.refs.has("refs/heads/cascade/waive-lap-2024-01-03"));

    using change = mkdtempDisposableSync(join(tmpdir(), "cascade-change-"));
    cpSync("test/fixtures/relay", join(change.path, "runbooks/relay"), { recursive: true });
    appendFileSync(join(change.path, "runbooks/relay/lap.mjs"), "// Another way to count.\n");
    const files = ["runbooks/relay/lap.mjs"];
    const opened = { title: "Count", author: "octocat", branch: "count", folder: change.path, files };
    writeLookOfPreview(change.path);
    const { pull, runs: checks } = await github.openPull(opened);
    const fork = { ...opened, author: "eve", branch: "eve", headRepository: "eve/cascade" };
    const { runs: forked } = await github.openPull(fork);
    for (const check of [...checks, ...forked]) {
      const looked = await relay.finish(check);
      assert.deepEqual(jobsOf(looked), { states: "success" }, logOf(looked));
      const states = join(change.path, `states-${check.id}`);
      await unpackStates(github, check.id, states);
      const changed = join(change.path, "runbooks/relay");
      const { stdout } = await cascade(["preview", changed, "--states", states]);
      assert.match(stdout, /State: that of `gh-\d+-1`, attempt 1\./);
      assert.match(stdout, /\| definition-changed \d+ \|/);
    }
    assert.equal(checks.length + forked.length, 2);
    const looks = github.requests.filter(({ job }) => job === lookJob);
    assert.ok(looks.length > 0);
    for (const { operation } of looks) assert.match(operation ?? "", /\/(?:compare|download|get|list)-/);
    const planned = await say(github, pull.number, "/cascade plan");
    assert.deepEqual(
      jobsOf(planned),
      { command: "success", plan: "success", write: "skipped", answer: "success" },
      logOf(planned),
    );
    assert.match(lastComment(github), /^\*\*Done\*\*: plan of relay as commit `[0-9a-f]{12}` has it/);
    assert.match(
      lastComment(github),
      /\n4 contradictions:\n- runbooks\/relay\/runbook\.yml:19:3 [^]*\nNothing becomes weaker\.\n\nWhat changes:\n/,
    );
    assert.match(lastComment(github), /\nWhat changes:\n- LAP: step changed; \d+ dates of it are computed/);
    assert.match(lastComment(github), /28 dates to do in 3 cells/);
  });
});

const lookJob = "Find the newest states";

/** Puts the workflow of previews into a pull request, of its jobs the one that looks for states and needs no git. */
function writeLookOfPreview(folder: string): void {
  const path = ".github/workflows/preview.yml";
  const text = readFileSync(path, "utf8");
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  const end = text.indexOf("\n  preview:\n");
  assert.ok(end > text.indexOf("\n  states:\n"));
  writeFileSync(join(folder, path), text.slice(0, end + 1));
}

/** Lays the states that a run has handed on into a folder, as GitHub's own action does. */
async function unpackStates(github: GitHub, runId: number, folder: string): Promise<void> {
  const found = [...github.state.artifacts.values()].filter((artifact) => artifact.runId === runId);
  assert.deepEqual(
    found.map(({ name }) => name),
    ["states.a1"],
  );
  const zip = await fromBufferPromise(found[0]?.content ?? Buffer.alloc(0), { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    const path = join(folder, entry.fileName);
    mkdirSync(dirname(path), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
  }
}

describe("a hostile runbook of a pull request", () => {
  it("is planned where no token may write, does nothing, and its refusal is text", async () => {
    const rights: unknown[] = [];
    await using relay = await openRelay({
      effects: {
        watch(moment) {
          if (moment.kind !== "step-started" || moment.job.jobId !== "plan" || moment.step !== "Plan it")
            return;
          const own = [...relay.github.state.tokens.values()].filter(({ job }) => job === planJob);
          rights.push(...own.map(({ permissions }) => permissions));
        },
      },
    });
    const { github } = relay;
    const first = await relay.backfill({ "end-date": "2024-01-05", processors: "LAP" });
    const issue = [...github.state.issues.values()].find(({ labels }) => labels.includes("cascade"));
    assert.ok(issue, logOf(first));
    using change = mkdtempDisposableSync(join(tmpdir(), "cascade-change-"));
    const stolen = join(change.path, "stolen.csv");
    const attacks: Readonly<Record<string, Attack>> = {
      "writes a file and reads the environment": {
        code: "runbook-invalid",
        sql: `select date '2024-01-01' as race_date, 2024 as season;\ncopy (select * from read_text('/proc/self/environ')) to '${stolen}'`,
      },
      "unfolds without end": { code: "runbook-invalid", title: "title: &own [*own]" },
      "speaks in mark-up": {
        code: "runbook-invalid",
        title: 'title: "x"\n"![p](https://evil.example/p.png) @octocat <b>#1</b>": 1',
      },
    };
    for (const [what, attack] of Object.entries(attacks)) {
      const pull = await openHostile(github, change.path, { what, attack });
      const run = await say(github, pull, "/cascade plan relay");
      assert.equal(jobsOf(run)["plan"], "success", logOf(run));
      const reply = lastComment(github);
      assert.ok(reply.startsWith(`**Refused** (\`${attack.code}\`)`), `${what}: ${reply}`);
      assert.doesNotMatch(reply.replaceAll(/(`+)[^]*?\1/g, ""), /@octocat|https:|<b>|#1/, what);
      assert.ok(reply.length < 5000);
    }
    assert.equal(existsSync(stolen), false);
    assert.deepEqual(
      rights,
      Object.keys(attacks).map(() => ({ contents: "read" })),
    );
    const asked = github.requests.filter(({ job }) => job === planJob);
    assert.deepEqual([...new Set(asked.map(({ operation }) => operation))].toSorted(), [
      "git/get-blob",
      "git/get-commit",
      "git/get-tree",
    ]);
  });
});

const planJob = "Plan the pull request";

type Attack = { readonly code: string; readonly sql?: string; readonly title?: string };

/** A pull request with the relay changed; gives its number. */
async function openHostile(
  github: GitHub,
  folder: string,
  { what, attack }: { readonly what: string; readonly attack: Attack },
): Promise<number> {
  const copy = join(folder, what);
  const file = "runbooks/relay/runbook.yml";
  cpSync("test/fixtures/relay", join(copy, "runbooks/relay"), { recursive: true });
  const text = readFileSync(join(copy, file), "utf8");
  const origin = attack.sql === undefined ? "$&" : "sql: sql/hostile.sql";
  const changed = text.replace(/rule: .*/, origin).replace(/^title: .*/m, attack.title ?? "$&");
  assert.notEqual(changed, text);
  writeFileSync(join(copy, file), changed);
  writeFileSync(join(copy, "runbooks/relay/sql/hostile.sql"), attack.sql ?? "select 1");
  const branch = what.replaceAll(" ", "-");
  const { pull } = await github.openPull({
    title: what,
    author: "octocat",
    branch,
    folder: copy,
    files: [file],
  });
  return pull.number;
}

/** Comments, waits for what that starts, and gives the command's run. */
async function say(github: GitHub, issue: number, body: string, author = "octocat"): Promise<Finished> {
  const [run] = await github.comment(issue, author, body);
  assert.ok(run, "the comment starts a run");
  const attempt = await github.finished(run);
  assert.ok(attempt.result);
  return { run, attempt, result: attempt.result };
}

function lastComment(github: GitHub): string {
  return [...github.state.comments.values()].at(-1)?.body ?? "";
}
