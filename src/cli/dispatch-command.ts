import { Fault } from "../errors.ts";
import { engineNameOf } from "./remote.ts";
import { jsonText } from "./terminal.ts";
import { holdReader } from "../github/ask-github.ts";
import { refuseHold } from "../github/read-hold.ts";
import { onRemote } from "../github/remote/remote-fault.ts";
import type { Dispatched, Remote, RemoteRun } from "../github/remote/open-remote.ts";
import { workflowFile } from "../github/workflow/workflow-name.ts";
import { checkedOutCommit } from "../process/github-access.ts";
import type { Options } from "../operations/typed/options.ts";
import { runbookOf, type Command, type CommandContext } from "./command.ts";
import { followToEnd, reachGitHub, remoteCommand } from "./remote.ts";

/** `cascade dispatch`: starts the compiled workflow of a runbook on GitHub. */
export const dispatchCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const runbook = await runbookOf(context);
    const { remote, client, name } = await reachGitHub(context);
    await onRemote(name, refuseHold(holdReader(client, name), runbook.name));
    const branch = await remote.branch(options.text("ref"));
    const login = await remote.login();
    await tellOtherCommit(branch, context);
    const workflow = workflowFile(runbook.name, engineNameOf(options.warehouse));
    const inputs = {
      ...inputsOf(options),
      "expected-sha": branch.commit,
      ...(login === undefined ? {} : { "requested-by": login }),
    };
    const dispatched = await remote.dispatch(workflow, { ref: branch.name, inputs });
    const run = await findRun(remote, { dispatched, workflow, login }, context);
    terminal.note(
      `Dispatched ${workflow} on ${branch.name} at ${branch.commit.slice(0, 12)} as run ${run.id}: ${run.url}`,
    );
    if (options.flag("follow") === true) return followToEnd(remote, run, context);
    if (options.json) terminal.out(jsonText(run));
    else terminal.out(`Follow it: ${remoteCommand(context, `follow ${run.id}`)}`);
    return 0;
  },
};

/** What runs on GitHub is what stands there, whatever is checked out. */
async function tellOtherCommit(
  { name, commit }: { readonly name: string; readonly commit: string },
  { options, terminal }: CommandContext,
): Promise<void> {
  const own = options.text("repo") === undefined ? await checkedOutCommit() : undefined;
  if (own === undefined || own === commit) return;
  terminal.note(`GitHub runs ${name} at ${commit.slice(0, 12)}; checked out is ${own.slice(0, 12)}`);
}

/** The options as inputs of the workflow; what is not given is left to its defaults. */
function inputsOf(options: Options): Readonly<Record<string, string>> {
  const { startDate, endDate, dates, processors, phases } = options;
  const texts: readonly (readonly [string, string | undefined])[] = [
    ["start-date", startDate],
    ["end-date", endDate],
    ["dates", dates?.join(",")],
    ["processors", processors?.join(",")],
    ["phase", phases?.join(",")],
    ["with-upstream", options.flag("with-upstream") === true ? "true" : undefined],
    ["resume", options.flag("resume") === false ? "false" : undefined],
    ["allow-empty", options.flag("allow-empty") === true ? "true" : undefined],
    ["dry-run", options.flag("dry-run") === true ? "true" : undefined],
    ["state", options.flag("fresh") === true ? "fresh" : undefined],
    ["report-to", options.text("report-to")],
    ["digest", options.text("digest")],
    ["reason", options.text("reason")],
  ];
  return Object.fromEntries(texts.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** How often, and after what time, a run is looked for that GitHub did not name. */
const looks = { most: 15, pauseMs: 2000 };

/** The run of a dispatch: GitHub tells it, or it is the newest of ours that was not there before. */
async function findRun(
  remote: Remote,
  about: { readonly dispatched: Dispatched; readonly workflow: string; readonly login: string | undefined },
  context: CommandContext,
): Promise<RemoteRun> {
  const { dispatched, workflow, login } = about;
  if (dispatched.kind === "named") return remote.run(dispatched.id);
  for (let look = 0; look < looks.most; look += 1) {
    await context.effects.pause(looks.pauseMs, new AbortController().signal);
    const runs = await remote.runs(workflow, 10);
    const found = runs.find(
      ({ id, actor }) => id > dispatched.after && (login === undefined || actor === login),
    );
    if (found !== undefined) return found;
  }
  throw new Fault(
    "github-failed",
    `Cannot find the run of ${workflow}: it was dispatched, and GitHub lists no new one`,
    {
      hint: `Look for it: ${remoteCommand(context, "runs --github")}`,
    },
  );
}
