import type { Fault, FaultCode } from "../../errors.ts";

/** Why a command was not carried out, and what to do instead, by code: codes are stable, texts are not. */
const refusalHints = {
  "unknown-command": "Type `/cascade help` for what there is",
  "bad-arguments": "Type `/cascade help` for what the command takes",
  "no-permission": "Ask somebody with write access to this repository",
  "bot-author": "Commands are for people; a workflow dispatches the backfill itself",
  edited: "Write a new comment: what was edited is not carried out",
  "fork-pull-request": "Merge the change first, or dispatch from the Actions tab",
  "pull-request":
    "Here `/cascade plan`, `status` and `why` answer, and the preview check; merge it, then command in the report's issue",
  "commit-changed":
    "The default branch has moved on since the comment; look at what changed and type it again",
  "which-runbook": "Name the runbook behind the command",
  "unknown-runbook": "Name a runbook of the default branch",
  "no-workflow": "Compile the runbook with `cascade workflow` and commit the file",
  "no-state":
    "Run the backfill once from the Actions tab; on BigQuery type the command on a laptop that may read there",
  "on-hold": "Type `/cascade release` once the reason is gone",
  "already-held": "It stays held; `/cascade release` releases it",
  "not-held": "There is nothing to release",
  "still-running": "Wait for the run to end, or cancel it in the Actions tab",
  "nothing-to-retry": "Type `/cascade run` for a new run",
  "budget-only":
    "Running again gives the same rates: investigate, then `/cascade waive` or repair and `/cascade run`",
  "too-many-attempts": "Type `/cascade run`: a new run goes on from what is there",
  "branch-exists": "Merge or delete that branch, then type it again",
  "command-failed": "See the log of this command's run",
} as const;

/** The stable code of a refusal. */
export type RefusalReason = keyof typeof refusalHints;

/** A command that is not carried out. */
export type Refusal = {
  readonly kind: "refused";
  /** A stable code: of the commands, or of the fault that stopped one. */
  readonly reason: RefusalReason | FaultCode;
  /** What was found, for people; may hold words of the comment. */
  readonly found: string;
  /** The way out. */
  readonly hint: string;
};

/** A refusal with what was found. */
export function refuse(reason: RefusalReason, found: string): Refusal {
  return { kind: "refused", reason, found, hint: refusalHints[reason] };
}

/** A fault that stopped a command, as its refusal. */
export function refusalOf({ code, message, hint }: Fault): Refusal {
  return { kind: "refused", reason: code, found: message, hint };
}
