import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdReader } from "../../src/github/ask-github.ts";
import { openCommandApi } from "../../src/github/commands/command-api.ts";
import { createHold, deleteHold } from "../../src/github/commands/ref-api.ts";
import { markup } from "../../src/report/text/markdown-text.ts";
import type { Fault } from "./fake/faults.ts";
import { secondaryLimit, serverError } from "./fake/faults.ts";
import { openGitHub, type GitHub } from "./fake/open-github.ts";
import { openTestClient } from "./fake/open-test-client.ts";

const job = { owner: "octo", repository: "cascade" };
const hold = { runbook: "relay", who: "octocat", why: "wet tracks", since: "2026-01-05T00:00:00Z" };

function clientOf(github: GitHub, said: string[] = []) {
  return openTestClient(github, github.tokenOf("octocat"), said);
}

/** GitHub's primary limit: over in so many seconds from now. */
function primaryLimit(seconds: number): Fault["answer"] {
  const reset = String(Math.floor(Date.now() / 1000) + seconds);
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
  return { status: 403, headers, body: { message: "API rate limit exceeded for installation" } };
}

describe("openJobClient()", () => {
  const passing: readonly (readonly [string, Fault["answer"], number])[] = [
    ["a server error", serverError, 3],
    ["a connection that is cut", "reset", 3],
    ["a gateway that is away", { status: 502, body: { message: "Bad Gateway" } }, 2],
    ["the secondary limit", secondaryLimit(30), 2],
    ["the secondary limit as status 429", { ...secondaryLimit(30), status: 429 }, 3],
    ["the primary limit", primaryLimit(60), 2],
  ];
  for (const [what, answer, times] of passing) {
    it(`reads again after ${what}`, async () => {
      await using github = await openGitHub({ people: { octocat: "write" } });
      github.inject({ operation: "git/get-ref", answer, times });
      assert.equal(await holdReader(clientOf(github), job)("relay"), undefined);
      assert.equal(github.requests.length, times + 1);
    });
  }

  const lasting: readonly (readonly [string, Fault["answer"], RegExp, number])[] = [
    ["a server that stays away", serverError, /status 500, Server Error/, 4],
    ["a limit of an hour", secondaryLimit(3600), /status 403, You have exceeded a secondary/, 1],
    ["an hour without requests", primaryLimit(3600), /status 403, API rate limit exceeded/, 1],
    ["a limit that does not end", secondaryLimit(1), /status 403, You have exceeded a secondary/, 4],
    ["a refusal", { status: 403, body: { message: "Resource not accessible" } }, /not accessible/, 1],
  ];
  for (const [what, answer, found, requests] of lasting) {
    it(`gives up at ${what}`, async () => {
      await using github = await openGitHub({ people: { octocat: "write" } });
      github.inject({ operation: "git/get-ref", answer, times: 100 });
      const reading = holdReader(clientOf(github), job)("relay");
      await assert.rejects(reading, { code: "github-failed", message: found });
      assert.equal(github.requests.length, requests);
    });
  }

  it("does not repeat what may have been carried out, though its answer was lost", async () => {
    await using github = await openGitHub({ people: { octocat: "write" } });
    const { number } = github.openIssue({ title: "Backfill", author: "octocat" });
    const client = clientOf(github);
    const hint = /^GitHub may have done it all the same: look /;
    for (const answer of [serverError, "reset"] as const) {
      github.inject({ operation: "issues/create-comment", answer, applied: true });
      const api = openCommandApi(client, job);
      await assert.rejects(api.reply(number, markup`Done`), { code: "github-failed", hint });
    }
    assert.equal(github.state.comments.size, 2);
    assert.equal(await createHold(client, job, hold), true);
    github.inject({ operation: "git/delete-ref", answer: serverError, applied: true });
    await assert.rejects(deleteHold(client, job, "relay"), { code: "github-failed" });
    github.inject({ operation: "git/get-ref", answer: serverError, times: 2 });
    assert.equal(await holdReader(client, job)("relay"), undefined, "what only reads is still asked again");
  });

  it("waits with what it writes as long as a limit says, and tells it", async () => {
    await using github = await openGitHub({ people: { octocat: "write" } });
    github.inject({ operation: "git/create-ref", answer: secondaryLimit(20) });
    const said: string[] = [];
    assert.equal(await createHold(clientOf(github, said), job, hold), true);
    assert.deepEqual(said, ["GitHub's limit of requests is reached: asking again in 20.0 s"]);
  });
});
