import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isAlive } from "./is-alive.ts";
import { runProgram, type ProgramResult } from "../../src/run/run-program.ts";

let folder = "";

type Options = {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  onLine?: (line: string) => void;
};

function runShell(text: string, options: Options = {}): Promise<ProgramResult> {
  return runProgram({
    argv: ["sh", "-c", text],
    folder,
    environment: { PATH: process.env["PATH"] ?? "" },
    timeoutMs: 30_000,
    graceMs: 200,
    signal: new AbortController().signal,
    onLine: () => undefined,
    ...options,
  });
}

describe("runProgram()", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-program-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("tells how a program ended and the end of what it said", async () => {
    assert.deepEqual(await runShell("echo why >&2; exit 3"), {
      end: { kind: "exited", code: 3 },
      stderr: "why\n",
    });
    assert.deepEqual((await runShell("kill -9 $$")).end, { kind: "killed", by: "SIGKILL" });
  });

  it("gives lines of standard output, also the last one without an end", async () => {
    const lines: string[] = [];
    await runShell("printf 'a\\r\\nb\\nc'", { onLine: (line) => lines.push(line) });
    assert.deepEqual(lines, ["a", "b", "c"]);
  });

  it("tells no word of a long line in two halves", async () => {
    const lines: string[] = [];
    const text =
      "i=0; while [ $i -lt 9000 ]; do printf 'a-secret-word '; i=$((i+1)); done; printf 'a-secret-word %.0s' $(seq 9000) >&2; exit 1";
    const { stderr } = await runShell(text, { onLine: (line) => lines.push(line) });
    assert.ok(lines.length > 1);
    assert.match(lines.join("\n"), /^(?:\s*a-secret-word)+\s*$/);
    assert.match(stderr, /^(?:\s*a-secret-word)+\s*$/);
  });

  it("tells a program that is not there from one that fails", async () => {
    const request = { folder, environment: {}, timeoutMs: 1000, graceMs: 100, onLine: () => undefined };
    const { signal } = new AbortController();
    const { end } = await runProgram({ ...request, signal, argv: ["no-such-program"] });
    assert.deepEqual(end, { kind: "missing", because: "there is no such program" });
    const denied = await runProgram({ ...request, signal, argv: [folder] });
    assert.deepEqual(denied.end, { kind: "missing", because: "it may not be executed" });
  });

  it("ends one that ignores being asked, and does not believe its exit code", async () => {
    const deaf = "trap '' TERM; echo $$ > deaf; while :; do sleep 1; done";
    assert.deepEqual((await runShell(deaf, { timeoutMs: 300 })).end, { kind: "timed-out" });
    assert.equal(await isAlive(join(folder, "deaf")), false);
    const late = "trap 'exit 0' TERM; while :; do sleep 0.05; done";
    assert.deepEqual((await runShell(late, { timeoutMs: 300 })).end, { kind: "timed-out" });
  });

  it("asks politely first", async () => {
    const polite = "trap 'echo bye >&2; exit 0' TERM; while :; do sleep 0.05; done";
    assert.match((await runShell(polite, { timeoutMs: 300 })).stderr, /bye\n$/);
  });

  for (const [name, start] of [
    ["in its group", "sh -c 'echo $$ > child; exec sleep 60' &"],
    ["in a session of its own", "setsid sh -c 'echo $$ > child; exec sleep 60' &"],
    ["in a session of its own, whose parent has ended", "(setsid sh -c 'echo $$ > child; exec sleep 60' &)"],
    ["without its environment", "env -i PATH=$PATH setsid sh -c 'echo $$ > child; exec sleep 60' &"],
  ] as const) {
    it(`leaves no child ${name} that holds its standard error, when time is up`, async () => {
      const text = `${start}\nuntil test -s child; do sleep 0.05; done; wait; sleep 60`;
      await rm(join(folder, "child"), { force: true });
      assert.deepEqual((await runShell(text, { timeoutMs: 1000 })).end, { kind: "timed-out" });
      assert.equal(await isAlive(join(folder, "child")), false);
    });
  }

  it("leaves no child either when it ends by itself", async () => {
    const text = "sleep 60 & echo $! > orphan; exit 0";
    assert.deepEqual((await runShell(text)).end, { kind: "exited", code: 0 });
    assert.equal(await isAlive(join(folder, "orphan")), false);
  });

  it("is ended by an interruption, with its children", async () => {
    const controller = new AbortController();
    const text =
      "sh -c 'echo $$ > own; exec sleep 60' & until test -s own; do sleep 0.05; done; echo up; wait";
    const { end } = await runShell(text, {
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    assert.deepEqual(end, { kind: "interrupted" });
    assert.equal(await isAlive(join(folder, "own")), false);
    assert.deepEqual((await runShell("echo never", { signal: controller.signal })).end, {
      kind: "interrupted",
    });
  });
});
