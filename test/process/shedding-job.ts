// A job as the runner starts it: sheds its tokens, and runs a command that looks for them in every process that it can read.
import { createRedact } from "../../src/domain/redact.ts";
import { shedTokens } from "../../src/process/shed-tokens.ts";
import { runProgram } from "../../src/run/run-program.ts";

shedTokens(process);
const { end, stderr } = await runProgram({
  argv: [process.execPath, "test/process/hostile-command.mjs"],
  folder: process.cwd(),
  environment: { PATH: process.env["PATH"] ?? "" },
  timeoutMs: 60_000,
  graceMs: 100,
  signal: new AbortController().signal,
  onLine: (line) => console.log(line),
});
console.log(`job has ${process.env["ACTIONS_RUNTIME_TOKEN"]} ${process.env["INPUT_GITHUB-TOKEN"]}`);
console.log(`handover ${process.env["CASCADE_HANDOVER"]} ${createRedact([])(stderr)} ${end.kind}`);
