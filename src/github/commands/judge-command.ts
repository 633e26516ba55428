import type { CommandName } from "./command-line.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What GitHub says of a person's access, coarse: `maintain` counts as write, `triage` as read. */
export type Permission = "admin" | "write" | "read" | "none";

/** What is known of a command when it is judged; all of it asked now, not when the comment was written. */
export type CommandFacts = {
  readonly name: CommandName;
  readonly isBot: boolean;
  /** Whether the comment is no longer what started the run. */
  readonly isEdited: boolean;
  readonly permission: Permission;
  /** Undefined in an issue. */
  readonly pull: { readonly isFork: boolean } | undefined;
  /** The default branch's commit, when the comment came and now. */
  readonly commit: { readonly seen: string; readonly now: string };
};

/** Commands that start or change something. */
const acting: ReadonlySet<CommandName> = new Set(["run", "retry", "waive", "hold", "release"]);

/** Whether somebody may have a command carried out here and now; undefined: they may. Nothing but its facts decides. */
export function judgeCommand(facts: CommandFacts): Refusal | undefined {
  const refusal = judgeAuthor(facts);
  return refusal ?? judgePlace(facts);
}

function judgeAuthor({ isBot, isEdited, permission }: CommandFacts): Refusal | undefined {
  if (isBot) return refuse("bot-author", "the comment is a bot's");
  if (isEdited) return refuse("edited", "the comment was edited");
  if (permission === "admin" || permission === "write") return undefined;
  return refuse("no-permission", `your permission here is "${permission}"`);
}

function judgePlace({ name, pull, commit }: CommandFacts): Refusal | undefined {
  if (pull?.isFork === true) return refuse("fork-pull-request", "the pull request comes from a fork");
  if (pull !== undefined && acting.has(name))
    return refuse("pull-request", `"${name}" is not for pull requests`);
  if (!acting.has(name) || commit.seen === commit.now) return undefined;
  return refuse("commit-changed", `expected ${commit.seen.slice(0, 12)}, found ${commit.now.slice(0, 12)}`);
}
