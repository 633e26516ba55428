import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as core from "@actions/core";
import { openEffects, openProcess } from "../../src/process/effects.ts";
import { openJob } from "../../src/github/open-job.ts";
import { jobEnvironment } from "./runner/job-environment.ts";
import { parseCommand } from "./runner/workflow-commands.ts";

const environment = {
  PATH: "/bin",
  SHOP_PASSWORD: "given on purpose",
  ...jobEnvironment,
  GITHUB_TOKEN: "ghs_1",
  "INPUT_GITHUB-TOKEN": "ghs_1",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "oidc",
  ACTIONS_RUNTIME_TOKEN: "runtime",
  RUNNER_TEMP: "/tmp",
  STATE_phase: "started",
};

describe("openJob()", () => {
  it("hands steps nothing by which they could speak to GitHub in the job's name, and names its run to others", () => {
    using effects = openEffects(openProcess(process), () => undefined);
    const job = openJob(core, {
      ...effects,
      environment,
      openWarehouse: neverOpened,
      print: () => undefined,
    });
    assert.deepEqual(job.environment, { PATH: "/bin", SHOP_PASSWORD: "given on purpose" });
    assert.equal(job.job.runId, 7);
    assert.equal(job.holder, "https://github.com/octo/cascade/actions/runs/7/attempts/1");
  });

  it("has the runner mask what a command masks, once the runner listens again", async () => {
    using effects = openEffects(openProcess(process), () => undefined);
    const said: string[] = [];
    const speaking = { ...core, setSecret: (secret: string) => void said.push(`mask ${secret}`) };
    const print = (line: string): void => {
      const { kind } = parseCommand(line);
      if (kind === "stop" || kind === "text") said.push(kind);
    };
    const { voice } = openJob(speaking, { ...effects, environment, openWarehouse: neverOpened, print });
    await voice.muted(async () => voice.mask("told-to-mask-it"));
    voice.mask("and-this");
    assert.deepEqual(said, ["stop", "text", "mask told-to-mask-it", "mask and-this"]);
  });
});

function neverOpened(): never {
  throw new Error("No warehouse is opened to begin a job");
}
