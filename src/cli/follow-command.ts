import { Fault } from "../errors.ts";
import type { Remote } from "../github/remote/open-remote.ts";
import { isBackfill } from "../github/workflow/workflow-name.ts";
import type { Options } from "../operations/typed/options.ts";
import type { Command } from "./command.ts";
import { followToEnd, reachGitHub } from "./remote.ts";

/** `cascade follow`: a run on GitHub as it goes, and its report at the end. */
export const followCommand: Command = {
  async run(context) {
    const { remote } = await reachGitHub(context);
    return followToEnd(remote, { id: await runNamed(remote, context.options) }, context);
  },
};

/** Runs among which the newest backfill is looked for; a deployment, say, is none. */
const lookedAt = 50;

/** The run that the only positional names, or the newest backfill that was dispatched. Fault: usage. */
export async function runNamed(remote: Remote, { positionals }: Options): Promise<number> {
  const [named, extra] = positionals;
  if (named !== undefined && extra === undefined && /^[1-9]\d{0,15}$/.test(named)) return Number(named);
  if (named !== undefined) {
    throw new Fault(
      "usage",
      `Cannot read the command line: expected the number of a run, found "${extra ?? named}"`,
      {
        hint: "`cascade runs --github` lists them; the number is the end of a run's address",
      },
    );
  }
  const newest = (await remote.runs(undefined, lookedAt)).find(({ workflow }) => isBackfill(workflow));
  if (newest !== undefined) return newest.id;
  throw new Fault("usage", "Cannot tell which run: no backfill was dispatched in this repository of late", {
    hint: "Start one with `cascade dispatch`",
  });
}
