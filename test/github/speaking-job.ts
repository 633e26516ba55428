import * as core from "@actions/core";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { Fault } from "../../src/errors.ts";
import { openJob, runAction } from "../../src/github/open-job.ts";
import { openEffects, openProcess } from "../../src/process/effects.ts";

/** A job that says every text of its input in each way that jobs have, the last time as a fault and as a bug. */
const texts = z.array(z.string()).parse(await json(process.stdin));
const shell = openProcess(process);
using effects = openEffects(shell, () => undefined);
const { voice } = openJob(core, {
  ...effects,
  openWarehouse: () => Promise.reject(new Error("No warehouse is opened to speak")),
  print: shell.stdout.line,
});
for (const text of texts) {
  voice.log(text);
  voice.annotate({ level: "warning", title: text, message: text });
  await runAction(core, () => Promise.reject(new Fault("load-failed", text, { hint: text })));
  await runAction(core, () => Promise.reject(new Error(text)));
}
