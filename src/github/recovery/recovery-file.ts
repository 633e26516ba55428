import { tupleText } from "../../domain/tuple-text.ts";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJsonAs } from "../parse-json-as.ts";
import type { PlanFile } from "../plan-file.ts";
import { dateText } from "../../runbook/schema/value-schemas.ts";
import { loginText, plainName } from "../state/names.ts";

const count = z.int().nonnegative();

/** What a run leaves for the recovery after it, as `recovery.json` beside its report. */
const recoveryFileSchema = z.strictObject({
  runbook: plainName,
  range: z.strictObject({ from: dateText, to: dateText }),
  reportTo: z.string().regex(/^(?:new|none|#[1-9]\d{0,8})$/),
  /** Subject of the report's marker. */
  subject: z.string().regex(/^[\w.# -]+$/),
  requestedBy: loginText,
  round: count,
  /** Rounds after which people are asked: depth of the runbook + 2. */
  mostRounds: count,
  /** Planned cells without a result. */
  unknown: count,
  /** Questions that triage got no answer to. */
  unanswered: count,
  /** Whether what the plan was made from has moved meanwhile. */
  isStale: z.boolean(),
  /** Open decisions by what carries them out. */
  open: z.strictObject({
    rerun: count,
    /** Reruns of what counts as up to date: a re-run leaves that alone. */
    forced: count,
    upstreamFirst: count,
    /** For a person: to investigate, or an upstream that cannot be run. */
    investigate: count,
    /** Of the reruns and upstream-firsts, those that no cell of the plan has. */
    unplanned: count,
  }),
  /** What people type, without repeats. */
  commands: z.array(z.string()),
});
/** See the schema of the same name. */
export type RecoveryFile = z.infer<typeof recoveryFileSchema>;

const decisionsSchema = z.object({
  decisions: z.array(
    z.object({
      processor: z.string(),
      date: dateText,
      decision: z.enum(["accept", "rerun", "backfill-upstream-first", "investigate"]),
      isForced: z.boolean(),
      isObstructed: z.boolean().optional(),
      command: z.string(),
    }),
  ),
  failed: z.array(z.string()),
});
type Decisions = z.infer<typeof decisionsSchema>;
type PlannedCell = PlanFile["plan"]["cells"][number];
type OpenDecision = Decisions["decisions"][number];

/** Commands that are kept. */
const mostCommands = 10;

/** What triage decided in this job; undefined when it ended without. */
export async function readDecisions(folder: string): Promise<Decisions | undefined> {
  const text = await readFile(decisionsFile(folder), "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseJsonAs(decisionsSchema, text);
}

/** Where the triage of a job keeps its decisions for the report after it. */
export function decisionsFile(folder: string): string {
  return join(folder, "decisions.json");
}

/** What the recovery has to know of a run's decisions. */
export function summariseDecisions(
  { decisions, failed }: Decisions,
  plan: { readonly cells: readonly Pick<PlannedCell, "processor" | "dates">[] },
): Pick<RecoveryFile, "unanswered" | "open" | "commands"> {
  const planned = new Set(
    plan.cells.flatMap(({ processor, dates }) => dates.map((date) => tupleText([processor, date]))),
  );
  const open = decisions.filter(({ decision }) => decision !== "accept");
  const waiting = open.filter(isForPerson);
  const free = open.filter((step) => !isForPerson(step));
  const reruns = free.filter(({ decision }) => decision === "rerun");
  const forced = reruns.filter(({ isForced }) => isForced);
  return {
    unanswered: failed.length,
    open: {
      rerun: reruns.length - forced.length,
      forced: forced.length,
      upstreamFirst: free.length - reruns.length,
      investigate: waiting.length,
      unplanned: free.filter(({ processor, date }) => !planned.has(tupleText([processor, date]))).length,
    },
    commands: [...new Set(open.map(({ command }) => command))].slice(0, mostCommands),
  };
}

function isForPerson({ decision, isObstructed }: OpenDecision): boolean {
  return decision === "investigate" || isObstructed === true;
}

/** Puts it into the folder of the report. */
export async function writeRecoveryFile(folder: string, file: RecoveryFile): Promise<void> {
  await writeFile(join(folder, fileName), JSON.stringify(file, undefined, 2));
}

/** What a run left in its report's folder; undefined when it left nothing that can be read. */
export async function readRecoveryFile(folder: string): Promise<RecoveryFile | undefined> {
  const text = await readFile(join(folder, fileName), "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseJsonAs(recoveryFileSchema, text);
}

const fileName = "recovery.json";
