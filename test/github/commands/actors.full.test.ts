import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { getOctokit } from "@actions/github";
import { createRedact } from "../../../src/domain/redact.ts";
import { parseCommentEvent } from "../../../src/github/commands/comment-event.ts";
import { openCommands, type Commands } from "../../../src/github/commands/open-commands.ts";
import type { JobEffects } from "../../../src/github/job-effects.ts";
import { dispatchInputs } from "../../../src/github/workflow/dispatch-inputs.ts";
import { silentVoice } from "../actions/silent-voice.ts";
import { openGitHub, type GitHub } from "../fake/open-github.ts";
import { actionsBot, userOf, type Issue } from "../fake/state.ts";

/** Commands as they are typed; all name the runbook. */
const lines = {
  help: "/cascade help",
  status: "/cascade status web-events",
  why: "/cascade why web-events SESS 2024-01-01",
  plan: "/cascade plan web-events",
  run: "/cascade run web-events",
  retry: "/cascade retry web-events",
  waive:
    '/cascade waive web-events --processor SESS --dates 2024-01-01 --reason "no feed" --expires 2099-01-01',
  hold: "/cascade hold web-events the feed is late",
  release: "/cascade release web-events",
} as const;
type Name = keyof typeof lines;
const all = Object.keys(lines) as readonly Name[];
const acting: readonly Name[] = ["run", "retry", "waive", "hold", "release"];

/** What becomes of the commands of somebody who may, in a repository where nothing has run: `done`, or a refusal. */
const fresh: Readonly<Record<Name, string>> = {
  help: "done",
  status: "no-state",
  why: "no-state",
  plan: "no-state",
  run: "done",
  retry: "nothing-to-retry",
  waive: "no-state",
  hold: "done",
  release: "not-held",
};

/** How a comment comes to be. */
type Situation = {
  readonly author?: string;
  readonly place?: "issue" | "pull" | "fork";
  readonly isEdited?: boolean;
  readonly isDeleted?: boolean;
  /** The same, but between the job that allows a write and the one that carries it out. */
  readonly isEditedLater?: boolean;
  readonly isDeletedLater?: boolean;
  readonly isHeld?: boolean;
  /** Whether the default branch has another commit than the one that the command's job runs. */
  readonly hasMoved?: boolean;
};

const people = {
  owner: "admin",
  keeper: "maintain",
  octocat: "write",
  sorter: "triage",
  guest: "read",
  "helper[bot]": "write",
} as const;

const pullRefusals = refusing(acting, "pull-request");
const situations: readonly (readonly [string, Situation, Partial<Record<Name, string>>])[] = [
  ["an administrator", { author: "owner" }, {}],
  ["a maintainer", { author: "keeper" }, {}],
  ["somebody who may write", {}, {}],
  ["somebody who may triage", { author: "sorter" }, refusing(all, "no-permission")],
  ["somebody who may read", { author: "guest" }, refusing(all, "no-permission")],
  ["a stranger", { author: "mallory" }, refusing(all, "no-permission")],
  ["a bot that may write", { author: "helper[bot]" }, refusing(all, "bot-author")],
  ["a writer who edited the comment", { isEdited: true }, refusing(all, "edited")],
  ["a writer who deleted the comment", { isDeleted: true }, refusing(all, "silence")],
  [
    "a writer who edits the comment while it is handled",
    { isEditedLater: true },
    { hold: "edited", release: "edited" },
  ],
  [
    "a writer who deletes the comment while it is handled",
    { isDeletedLater: true },
    { hold: "silence", release: "silence" },
  ],
  ["a writer on a pull request", { place: "pull" }, pullRefusals],
  ["a writer on a pull request of a fork", { place: "fork" }, refusing(all, "fork-pull-request")],
  [
    "a reader on a pull request of a fork",
    { place: "fork", author: "guest" },
    refusing(all, "no-permission"),
  ],
  ["a writer when the branch has moved", { hasMoved: true }, refusing(acting, "commit-changed")],
  [
    "a writer while the runbook is held",
    { isHeld: true },
    { run: "on-hold", hold: "already-held", release: "done" },
  ],
  ["a reader while it is held", { isHeld: true, author: "guest" }, refusing(all, "no-permission")],
];

const repository = mkdtempSync(join(tmpdir(), "cascade-actors-"));

before(() => {
  const workflows = join(repository, ".github/workflows");
  mkdirSync(workflows, { recursive: true });
  const text = JSON.stringify({
    name: "Backfill web-events",
    on: { workflow_dispatch: { inputs: dispatchInputs } },
    jobs: { plan: { "runs-on": "ubuntu-24.04", if: false, steps: [{ run: "true" }] } },
  });
  writeFileSync(join(workflows, "backfill-web-events.yml"), text);
});

after(() => rmSync(repository, { recursive: true, force: true }));

describe("who may do what, asked of GitHub", () => {
  for (const [who, situation, changed] of situations) {
    it(who, async () => {
      await using github = await openRepository();
      for (const name of all) {
        const place = situation.place ?? "issue";
        const expected = { ...fresh, ...changed }[name];
        if (situation.isHeld === true) await say(github, "issue", { name: "hold", author: "owner" });
        const earlier = effectsOf(github);
        const answer = await say(github, place, { ...situation, name });
        assert.equal(answer, expected, `${who}: ${name}`);
        const mayAct = expected === "done" && acting.includes(name);
        assert.equal(effectsOf(github) !== earlier, mayAct, `${who}: ${name} left ${effectsOf(github)}`);
        await say(github, "issue", { name: "release", author: "owner" });
      }
    });
  }
});

function refusing(names: readonly Name[], reason: string): Partial<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/** What commands can change: runs and refs. */
function effectsOf({ state }: GitHub): string {
  const runs = [...state.runs.values()].map(({ id, attempts }) => `${id}/${attempts.length}`);
  return [...runs, ...state.refs.keys()].join(" ");
}

/** A repository with a workflow that can be dispatched and does nothing. */
async function openRepository(): Promise<GitHub> {
  const github = await openGitHub({ branches: { main: repository }, people });
  github.openIssue({ title: "A report", author: actionsBot });
  const pull = { title: "A change", branch: "change", folder: repository, files: ["README.md"] };
  await github.openPull({ ...pull, author: "octocat" });
  await github.openPull({ ...pull, author: "mallory", headRepository: "mallory/cascade" });
  await github.dispatch("backfill-web-events.yml");
  await github.settle();
  return github;
}

/** Comments, has the three jobs of the command do their parts, and gives `done`, the code of the refusal, or `silence`. */
async function say(
  github: GitHub,
  place: "issue" | "pull" | "fork",
  { author = "octocat", name, ...how }: Situation & { readonly name: Name },
): Promise<string> {
  const [issue, pull, fork] = [...github.state.issues.values()] as [Issue, Issue, Issue];
  const at = { issue, pull, fork }[place];
  await github.comment(at.number, author, lines[name]);
  const comment = [...github.state.comments.values()].at(-1);
  assert.ok(comment);
  const event = parseCommentEvent({
    action: "created",
    issue: { ...at, user: userOf(github.state, at.author), pull_request: at.pull && {} },
    comment: {
      ...comment,
      user: userOf(github.state, author),
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    },
    repository: { default_branch: "main" },
  });
  if (how.isEdited === true) comment.body = "/cascade help, please";
  if (how.isDeleted === true) github.state.comments.delete(comment.id);
  const commands = commandsFor(github, event, how.hasMoved === true);
  const { write } = await commands("handle").handle();
  if (how.isEditedLater === true) comment.body = "/cascade help, please";
  if (how.isDeletedLater === true) github.state.comments.delete(comment.id);
  if (write !== "") await commands("answer").answer(await commands("write").write(write), "");
  const reply = [...github.state.comments.values()].at(-1);
  if (reply === undefined || reply.id <= comment.id) return "silence";
  return /^\*\*Refused\*\* \(`([a-z-]+)`\)/.exec(reply.body)?.[1] ?? "done";
}

const rights = {
  handle: { contents: "read", actions: "write", issues: "write", "pull-requests": "write" },
  write: { contents: "write", issues: "read" },
  answer: { contents: "read", issues: "write", "pull-requests": "write" },
} as const;

/** The command's jobs, each with a token of its own rights. */
function commandsFor(
  github: GitHub,
  event: ReturnType<typeof parseCommentEvent>,
  hasMoved: boolean,
): (step: keyof typeof rights) => Commands {
  const head = github.state.refs.get("refs/heads/main") ?? "";
  return (step) => {
    const token = `ghs_${step}`;
    github.state.tokens.set(token, { login: actionsBot, permissions: rights[step], job: step });
    const client = getOctokit(token, { baseUrl: github.url });
    const job = jobAt(hasMoved ? "b".repeat(40) : head);
    return openCommands(job, { client, token, serverUrl: "https://github.com", event });
  };
}

function jobAt(commit: string): JobEffects {
  const unused = (): never => assert.fail("commands need no artifacts here");
  return {
    now: () => new Date("2024-02-01T00:00:00Z"),
    randomId: () => "00000001",
    holder: "a test",
    redact: createRedact([]),
    signal: new AbortController().signal,
    environment: {},
    job: {
      runId: 9,
      attempt: 1,
      commit,
      owner: "octo",
      repository: "cascade",
      workflow: "commands.yml",
      actor: "octocat",
    },
    folder: tmpdir(),
    openWarehouse: unused,
    artifacts: { list: unused, download: unused, upload: unused },
    voice: silentVoice,
  };
}
