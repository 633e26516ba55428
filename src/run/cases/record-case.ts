import { countOf } from "../../domain/format.ts";
import { Fault } from "../../errors.ts";
import { interruptedFault } from "../../warehouse/interrupted-fault.ts";
import { readCalendarDays } from "../../ledger/read-calendar-days.ts";
import type { CaseFailure, CaseValue, StepCase } from "../../runbook/schema/case-schema.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { RunEffects } from "../run-event.ts";
import {
  isReplaceable,
  keepText,
  namesOfTexts,
  renameEntity,
  writtenRow,
  type Rename,
} from "./case-values.ts";
import { compareCase } from "./compare-case.ts";
import { computeCase, type CaseOutcome } from "./compute-case.ts";
import type { Workshop } from "./workshop.ts";
import {
  isRowOf,
  readStanding,
  seasonUpTo,
  tooMuch,
  type RecordRequest,
  type Standing,
} from "./read-standing.ts";
import {
  firstThatHolds,
  longest,
  openTrials,
  shrinkDraft,
  startsOf,
  type CaseDraft,
} from "./shrink-draft.ts";

/** Where a case is recorded from, and where it is tried: the latter is its own. */
type RecordPlaces = { readonly warehouse: Warehouse; readonly workshop: Workshop };

/** Most rows and failures that a case gives: it is there to be read. */
const mostGiven = 500;

/** A case, and what kept it from becoming smaller: how many trials, or how long they may take. */
type RecordedCase = { readonly stepCase: StepCase; readonly limit: string | undefined };

/**
 * A case from real rows: as few of those in the windows of the date as give what stands of it, and what the step makes of
 * them. Texts of columns without declared values are replaced, the same by the same. Fault: usage where nothing stands,
 * there is too much to read or to try, or the step gives something else on these rows.
 */
export async function recordCase(
  { warehouse, workshop }: RecordPlaces,
  request: RecordRequest,
  effects: RunEffects,
): Promise<RecordedCase> {
  const calendar = await readCalendarDays(warehouse, request.runbook);
  const standing = await readStanding(warehouse, { ...request, calendar });
  async function differences(draft: CaseDraft): Promise<readonly string[]> {
    const stepCase = caseOf(request, { draft, standing, rename: keepText });
    return differencesOf(workshop, { request, stepCase, outcome: await compute(stepCase) });
  }
  function compute(stepCase: StepCase): Promise<CaseOutcome> {
    return computeCase(workshop, { ...request, stepCase }, effects);
  }
  async function holds(draft: CaseDraft): Promise<boolean> {
    if (effects.signal.aborted) throw interruptedFault("record a case");
    const found = await differences(draft).catch((cause: unknown) => {
      if (cause instanceof Fault && cause.code !== "interrupted") return [cause.message];
      throw cause;
    });
    return found.length === 0;
  }
  const whole = { pieces: standing.pieces, calendar: seasonUpTo(calendar, request) };
  const trials = openTrials(effects);
  const start = await firstThatHolds(startsOf(request, whole), async (draft) => {
    if (trials.isLate())
      throw tooMuch(request, `has not given what stands there within ${longest} of trials`);
    return holds(draft);
  });
  const found = start === undefined ? await differences(whole) : [];
  if (found.length > 0) throw otherwise(request, found);
  const { draft, limit } = await shrinkDraft(request, { draft: start ?? whole, holds, trials });
  if (draft.pieces.length > mostGiven)
    throw tooMuch(
      request,
      `needs ${countOf(draft.pieces.length, "row")} that were not found to be left out, over ${mostGiven}`,
    );
  const rename = request.keepsTexts ? keepText : namesOfTexts(draft.pieces);
  const stepCase = caseOf(request, { draft, standing, rename });
  const outcome = await compute(stepCase);
  const changed = await differencesOf(workshop, { request, stepCase, outcome, rename });
  if (changed.length > 0) throw otherwise(request, changed);
  return { stepCase: { ...stepCase, expect: expectedOf(request, outcome) }, limit };
}

type CaseParts = { readonly draft: CaseDraft; readonly standing: Standing; readonly rename: Rename };

function caseOf(request: RecordRequest, { draft, standing, rename }: CaseParts): StepCase {
  const { processor, date, entity } = request;
  const given: Record<string, Readonly<Record<string, CaseValue>>[]> = {};
  const failures: Record<string, CaseFailure[]> = {};
  for (const piece of draft.pieces) {
    if (piece.kind === "failure") {
      const { reason, ...failure } = piece.failure;
      (failures[piece.of.id] ??= []).push({
        ...failure,
        entity: renameEntity(piece.of, failure.entity, rename),
        ...(rename === keepText && reason !== undefined ? { reason } : {}),
      });
    } else {
      const columns = piece.of.columns.filter((column) => rename === keepText || isReplaceable(column));
      (given[piece.of.name] ??= []).push(writtenRow(columns, piece.row, rename));
    }
  }
  return {
    name: `recorded ${date}${entity === undefined ? "" : `, ${renameEntity(processor, entity, rename)}`}`,
    dates: [date],
    calendar: draft.calendar === undefined ? undefined : [...draft.calendar],
    parameters: {},
    given,
    failures,
    expect: {
      rows: standing.rows.map((row) => writtenRow(processor.columns, row, rename)),
      failures: standing.failures.map(({ reason, ...failure }) => ({
        ...failure,
        entity: renameEntity(processor, failure.entity, rename),
        ...(rename === keepText && reason !== undefined ? { reason } : {}),
      })),
    },
  };
}

/** What differs of the date, or of the entity, from what stands. */
function differencesOf(
  { warehouse }: Workshop,
  {
    request: { processor, entity },
    stepCase,
    outcome,
    rename = keepText,
  }: {
    readonly request: RecordRequest;
    readonly stepCase: StepCase;
    readonly outcome: CaseOutcome;
    readonly rename?: Rename;
  },
): Promise<readonly string[]> {
  const named = entity === undefined ? undefined : renameEntity(processor, entity, rename);
  const own = {
    ...outcome,
    rows: outcome.rows.filter((row) => isRowOf(processor, row, named)),
    failures: outcome.failures.filter((failure) => named === undefined || failure.entity === named),
  };
  return compareCase(warehouse, { processor, stepCase }, own);
}

function expectedOf({ processor }: RecordRequest, { rows, failures }: CaseOutcome): StepCase["expect"] {
  return {
    rows: rows.map((row) => writtenRow(processor.columns, row, keepText)),
    failures: failures.map(({ entity, category, reason }) => ({ entity, category, reason })),
  };
}

function otherwise(
  { processor, date, keepsTexts, entity }: RecordRequest,
  [first = "", ...others]: readonly string[],
): Fault {
  const more =
    others.length === 0 ? "" : ` (and ${countOf(others.length, "more difference", "more differences")})`;
  const hints = [
    ...(entity === undefined
      ? ["Run the date first, so that it stands as the step gives it now"]
      : ["Record the whole date, since it depends on rows of others"]),
    ...(keepsTexts ? [] : ["keep the texts with --keep-texts, where none may identify anybody"]),
  ];
  return new Fault(
    "usage",
    `Cannot record ${processor.id} ${date}: on these rows alone the step gives something else: ${first}${more}`,
    { hint: hints.join("; or ") },
  );
}
