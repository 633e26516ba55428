import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobOf, type LegResult } from "./run-result.ts";
import { dispatched, runText, type RunOptions } from "./small-checkout.ts";

const checkoutStep = `      - uses: actions/checkout@${"0".repeat(40)}\n`;

async function runJobA(
  steps: string,
  options: RunOptions = {},
  permissions = "{ contents: read }",
): Promise<LegResult> {
  const run = await runText(
    dispatched(`  a:\n    runs-on: x\n    permissions: ${permissions}\n    steps:\n${checkoutStep}${steps}`),
    options,
  );
  const [leg] = jobOf(run, "a").legs;
  assert.ok(leg);
  return leg;
}

function actionFiles(main: string, extra = ""): Record<string, string> {
  return {
    "actions/x/action.yml": `name: X
description: Test
inputs:
  from date: { description: d, required: true }
  token: { description: t, default: "\${{ github.token }}" }
outputs:
  answer: { description: a }
runs: { using: node24, main: index.ts${extra} }
`,
    "actions/x/index.ts": main,
  };
}

describe("a local action", () => {
  it("gets inputs, defaults and files as the runner gives them", async () => {
    const main = `import { appendFileSync, readFileSync } from "node:fs";
const event: { inputs: object } = JSON.parse(readFileSync(process.env["GITHUB_EVENT_PATH"] ?? "", "utf8"));
const answer = [process.env["INPUT_FROM_DATE"], process.env["INPUT_TOKEN"], process.env["GITHUB_ACTIONS"], process.env["GITHUB_JOB"], process.env["GITHUB_REPOSITORY"], JSON.stringify(event.inputs)];
appendFileSync(process.env["GITHUB_OUTPUT"] ?? "", "answer=" + answer.join("|") + "\\n");
`;
    const leg = await runJobA(`      - { id: x, uses: ./actions/x, with: { from date: 2021-11-01 } }\n`, {
      files: actionFiles(main),
    });
    assert.equal(leg.steps[1]?.outputs["answer"], "2021-11-01|ghs_fixture|true|a|octo/cascade|{}");
  });

  it("is warned of inputs that it does not declare", async () => {
    const leg = await runJobA(`      - { uses: ./actions/x, with: { nope: 1 } }\n`, {
      files: actionFiles(""),
    });
    assert.match(
      leg.annotations[0]?.message ?? "",
      /Unexpected input\(s\) 'nope', valid inputs are \['from date', 'token'\]/,
    );
  });

  it("fails its step by its exit code", async () => {
    const leg = await runJobA(`      - { id: x, uses: ./actions/x }\n`, {
      files: actionFiles("process.exitCode = 1;"),
    });
    assert.equal(leg.conclusion, "failure");
  });

  it("is not there before the checkout", async () => {
    const run = await runText(dispatched(`  a: { runs-on: x, steps: [{ uses: ./actions/x }] }\n`), {
      files: actionFiles(""),
    });
    assert.match(jobOf(run, "a").legs[0]?.annotations[0]?.message ?? "", /Can't find 'action.yml'/);
  });

  it("does its post at the end, with its state, also when it failed", async () => {
    const main = `import { appendFileSync } from "node:fs";
appendFileSync(process.env["GITHUB_STATE"] ?? "", "word=kept\\n");
process.exitCode = 1;
`;
    const post = `console.log("post says " + process.env["STATE_word"]);`;
    const leg = await runJobA(
      `      - { uses: ./actions/x }\n      - { if: always(), run: echo last step }\n`,
      {
        files: { ...actionFiles(main, ", post: post.ts"), "actions/x/post.ts": post },
      },
    );
    const lines = leg.log.filter((line) => /says|last/.test(line));
    assert.deepEqual(lines, ["last step", "post says kept"]);
  });

  it("sees the variables of actions, which scripts do not", async () => {
    const main = `console.log("results " + process.env["ACTIONS_RESULTS_URL"]);`;
    const seat = { token: "ghs_1", actionEnvironment: { ACTIONS_RESULTS_URL: "http://results" } };
    const leg = await runJobA(
      `      - { uses: ./actions/x }\n      - { run: 'echo "script $ACTIONS_RESULTS_URL"' }\n`,
      {
        files: actionFiles(main),
        effects: { openSeat: () => seat },
      },
    );
    assert.deepEqual(
      leg.log.filter((line) => /results|script/.test(line)),
      ["results http://results", "script "],
    );
  });
});

describe("a third-party action", () => {
  it("without a stand-in fails its step", async () => {
    const leg = await runJobA(`      - uses: some/thing@v1\n`);
    assert.match(leg.annotations[0]?.message ?? "", /no stand-in for "some\/thing@v1"/);
  });

  it("is replaced by the stand-in of a test", async () => {
    const leg = await runJobA(`      - { id: x, uses: some/thing@v1, with: { word: hi } }\n`, {
      effects: { standIns: { "some/thing": ({ inputs }) => ({ outputs: { said: inputs["word"] ?? "" } }) } },
    });
    assert.equal(leg.steps[1]?.outputs["said"], "hi");
  });

  it("actions/checkout takes contents: read", async () => {
    const leg = await runJobA("", {}, "{}");
    assert.equal(leg.conclusion, "failure");
  });

  it("google-github-actions/auth takes id-token: write", async () => {
    const auth = `      - uses: google-github-actions/auth@v2\n`;
    assert.equal((await runJobA(auth)).conclusion, "failure");
    assert.equal((await runJobA(auth, {}, "{ contents: read, id-token: write }")).conclusion, "success");
  });

  it("npm ci links the installed packages, and only where a lock file is", async () => {
    const install = `      - run: npm ci --omit=dev\n      - run: test -e node_modules/zod/package.json\n`;
    assert.equal((await runJobA(install, { files: { "package-lock.json": "{}" } })).conclusion, "success");
    assert.equal((await runJobA(install)).conclusion, "failure");
  });
});
