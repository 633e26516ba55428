import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deliverAndNotify } from "../../../src/github/report/deliver-and-notify.ts";
import { sendNotice } from "../../../src/github/report/send-notice.ts";
import type { ReportModel } from "../../../src/report/model.ts";
import type { Webhook } from "../../../src/runbook/told.ts";
import { serverError } from "../fake/faults.ts";
import { openGitHub, type GitHub } from "../fake/open-github.ts";
import { openHook } from "./open-hook.ts";
import { greenModel, openReporter, redModel } from "./reporter.ts";

type Told = { readonly runId: number; readonly attempt?: number; readonly model?: ReportModel };

const run = "https://github.com/octo/cascade/actions/runs/7";

/** Report jobs on one GitHub, with webhooks whose secrets are these. */
function openTeller(github: GitHub, secrets: Readonly<Record<string, string>>, how: Partial<Webhook> = {}) {
  const { deliver } = openReporter(github);
  const said: string[] = [];
  const masked: string[] = [];
  const webhooks = Object.keys(secrets).map(
    (secret) => ({ to: "json", values: false, ...how, secret }) as const,
  );
  const environment = Object.fromEntries(
    Object.entries(secrets).map(([name, address]) => [`CASCADE_SECRET_${name}`, address]),
  );
  const voice = {
    log: (text: string) => void said.push(text),
    annotate: ({ title, message }: { readonly title: string; readonly message: string }) =>
      void said.push(`${title}: ${message}`),
    summarise: (text: string) => Promise.resolve(void said.push(text)),
    mask: (secret: string) => void masked.push(secret),
    muted: <T>(work: () => Promise<T>) => work(),
  };
  async function tell({ runId, attempt = 1, model = greenModel }: Told, to = "new"): Promise<void> {
    const inputs = { warehouse: "duckdb", "report-to": to };
    const subject = { model, unknown: [], inputs, job: { runId, attempt } };
    const signal = new AbortController().signal;
    await deliverAndNotify(subject, { webhooks, run }, { deliver, environment, signal, voice });
  }
  return { tell, said, masked };
}

function bodyOf({ state }: GitHub): string {
  return [...state.issues.values()].map(({ body }) => body).join("\n");
}

describe("a webhook", () => {
  it("is told once of each change of the verdict, whoever reports again", async () => {
    await using github = await openGitHub();
    await using hook = await openHook();
    const { tell, masked } = openTeller(github, { HOOK: hook.address });
    const red = { model: redModel };
    await tell({ runId: 7 });
    assert.deepEqual(hook.bodies, [], "a first report that is ok is no news");
    await tell({ runId: 8, ...red });
    await tell({ runId: 8, attempt: 2, ...red });
    await tell({ runId: 9, ...red });
    await tell({ runId: 7, attempt: 2 });
    assert.equal(hook.bodies.length, 1);
    await tell({ runId: 10 });
    await tell({ runId: 10, attempt: 2 });
    assert.deepEqual(
      hook.bodies.map(({ verdict, before, level }) => [before, verdict, level]),
      [
        ["Passed", "Blocked", "action"],
        ["Blocked", "Passed", "ok"],
      ],
    );
    assert.deepEqual(new Set(masked), new Set([hook.address]));
  });

  it("is told once by two jobs of the same run, and where answers to the report were lost", async () => {
    await using github = await openGitHub();
    await using hook = await openHook();
    github.inject({ operation: "issues/create", answer: serverError, applied: true });
    github.inject({ operation: "issues/update", answer: "reset", applied: true });
    const { tell } = openTeller(github, { HOOK: hook.address });
    await tell({ runId: 7, model: redModel });
    await tell({ runId: 7, model: redModel });
    await tell({ runId: 8 });
    await tell({ runId: 8 });
    assert.deepEqual(
      hook.bodies.map(({ verdict }) => verdict),
      ["Blocked", "Passed"],
    );
  });

  it("gets verdict, root cause and links, and no value of a table unless it may", async () => {
    await using github = await openGitHub();
    await using hook = await openHook();
    const found = "the amount was 4711";
    const rootCause = { place: "shop.sales", dates: ["2024-01-03"], found, waiting: 2 };
    const model = { ...redModel, rootCause };
    await openTeller(github, { HOOK: hook.address }).tell({ runId: 7, model });
    await openTeller(github, { HOOK: hook.address }, { values: true }).tell({ runId: 7, model }, "#1");
    const [without, withValues] = hook.bodies;
    assert.doesNotMatch(JSON.stringify(without), /4711/);
    assert.match(JSON.stringify(withValues), /"found":"the amount was 4711".*"text":"[^"]*4711/);
    const [issue] = github.state.issues.values();
    assert.partialDeepStrictEqual(without, {
      runbook: model.runbook.name,
      range: model.range,
      verdict: "Blocked",
      level: "action",
      rootCause: { place: "shop.sales", dates: ["2024-01-03"], waiting: 2 },
      report: `https://github.com/octo/cascade/issues/${issue?.number}`,
      run,
    });
    assert.match(
      String(without?.["text"]),
      /^Blocked: \S+ 2024-01-01 to 2024-01-10\nRoot cause: shop\.sales on 2024-01-03; 2 partitions wait for it$/,
    );
  });

  it("that fails or has no address is a warning in the report, and keeps none of the others from being told", async () => {
    await using github = await openGitHub();
    await using broken = await openHook(500);
    await using moved = await openHook(302);
    await using hook = await openHook();
    const gone = await openHook();
    await gone[Symbol.asyncDispose]();
    const addresses = { BROKEN: broken.address, MOVED: moved.address, GONE: gone.address, ABSENT: "" };
    const plain = { PLAIN: "http://example.com/hidden", NONE: "hidden", HOOK: hook.address };
    const { tell, said } = openTeller(github, { ...addresses, ...plain });
    await tell({ runId: 7, model: redModel });
    const report = bodyOf(github);
    for (const line of [
      /Not told of this verdict:/,
      /BROKEN[^\n]*it answered with status 500/,
      /MOVED[^\n]*status 302[^\n]*redirects are not followed/,
      /GONE[^\n]*could not be reached[^\n]*ECONNREFUSED/,
      /ABSENT[^\n]*holds no address that begins with/,
      /PLAIN[^\n]*holds no address/,
      /NONE[^\n]*holds no address/,
    ]) {
      assert.match(report, line);
      assert.match(said.join("\n"), line);
    }
    assert.doesNotMatch(report, /HOOK \(json\)/);
    assert.doesNotMatch(report + said.join("\n"), /hidden|127\.0\.0\.1/);
    await tell({ runId: 8, model: redModel });
    assert.deepEqual(
      [broken, moved, hook].map(({ bodies }) => bodies.length),
      [1, 1, 1],
    );
    assert.doesNotMatch(bodyOf(github), /Not told/);
  });

  it("is not told where nothing would remember it", async () => {
    await using github = await openGitHub();
    await using hook = await openHook();
    github.state.hasIssues = false;
    const { tell, said } = openTeller(github, { HOOK: hook.address });
    await tell({ runId: 7, model: redModel });
    assert.deepEqual(hook.bodies, []);
    assert.match(said.join("\n"), /not told: No webhook: without an issue or thread nothing remembers/);
  });
});

describe("sendNotice()", () => {
  it("waits no longer than it may, and ends with the job", async () => {
    await using hook = await openHook("silent");
    const { signal } = new AbortController();
    const asked = { address: hook.address, body: {} };
    assert.equal(await sendNotice({ ...asked, signal }, 50), "it gave no answer within 0.05 s");
    assert.equal(await sendNotice({ ...asked, signal: AbortSignal.abort() }), "the job was cancelled");
  });
});
