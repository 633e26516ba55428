import type { CalendarDate } from "../../domain/calendar-date.ts";
import { countOf } from "../../domain/format.ts";
import { Fault } from "../../errors.ts";
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
import type { Workshop } from "./fill-case.ts";
import {
  entityParts,
  isRowOf,
  readStanding,
  seasonUpTo,
  type RecordRequest,
  type Standing,
  type StandingPiece,
} from "./read-standing.ts";
import { shrinkList } from "./shrink-list.ts";

/** Where a case is recorded from, and where it is tried: the latter is its own. */
type RecordPlaces = { readonly warehouse: Warehouse; readonly workshop: Workshop };

/** Most trials that leave out rows, and columns. */
const rowTrials = 150;
const columnTrials = 25;

/** What of the standing a case would give, as it stands. */
type Draft = {
  readonly pieces: readonly StandingPiece[];
  readonly calendar: readonly CalendarDate[] | undefined;
};

/**
 * A case from real rows: as few of those in the windows of the date as give what stands of it, and what the step makes of
 * them. Texts of columns without declared values are replaced, the same by the same. Fault: usage where nothing stands,
 * there is too much to read, or the step gives something else on these rows.
 */
export async function recordCase(
  { warehouse, workshop }: RecordPlaces,
  request: RecordRequest,
  effects: RunEffects,
): Promise<StepCase> {
  const calendar = await readCalendarDays(warehouse, request.runbook);
  const standing = await readStanding(warehouse, { ...request, calendar });
  async function differences(draft: Draft): Promise<readonly string[]> {
    const stepCase = caseOf(request, { draft, standing, rename: keepText });
    return differencesOf(workshop, { request, stepCase, outcome: await compute(stepCase) });
  }
  function compute(stepCase: StepCase): Promise<CaseOutcome> {
    return computeCase(workshop, { ...request, stepCase }, effects);
  }
  async function holds(draft: Draft): Promise<boolean> {
    const found = await differences(draft).catch((cause: unknown) => {
      if (cause instanceof Fault && cause.code !== "interrupted") return [cause.message];
      throw cause;
    });
    return found.length === 0;
  }
  const whole = { pieces: standing.pieces, calendar: seasonUpTo(calendar, request.date) };
  const drafts = [...narrowed(request, whole), whole];
  // A step may need more of the calendar than the dates that a case names: what its origin makes of the rows.
  const start = await firstThatHolds(
    [...drafts, ...drafts.map(({ pieces }) => ({ pieces, calendar: undefined }))],
    holds,
  );
  if (start === undefined) throw otherwise(request, await differences(whole));
  const draft = await shrink(request, { draft: start, holds });
  const rename = request.keepsTexts ? keepText : namesOfTexts(draft.pieces);
  const stepCase = caseOf(request, { draft, standing, rename });
  const outcome = await compute(stepCase);
  const changed = await differencesOf(workshop, { request, stepCase, outcome, rename });
  if (changed.length > 0) throw otherwise(request, changed);
  return { ...stepCase, expect: expectedOf(request, outcome) };
}

async function firstThatHolds(
  drafts: readonly Draft[],
  holds: (draft: Draft) => Promise<boolean>,
): Promise<Draft | undefined> {
  for (const draft of drafts) if (await holds(draft)) return draft;
  return undefined;
}

type Shrinking = { readonly draft: Draft; readonly holds: (draft: Draft) => Promise<boolean> };

/** Leaves out rows, then dates of the calendar, then columns. */
async function shrink(request: RecordRequest, { draft, holds }: Shrinking): Promise<Draft> {
  const pieces = await shrinkList(draft.pieces, { left: rowTrials }, (fewer) =>
    holds({ ...draft, pieces: fewer }),
  );
  const dated = { pieces, calendar: datesOf(request, pieces, draft.calendar ?? []) };
  const rows = (await firstThatHolds([{ pieces, calendar: undefined }, dated], holds)) ?? {
    ...draft,
    pieces,
  };
  const all = columnsOf(pieces);
  const words = wordsOf(request);
  const spelt = {
    ...rows,
    pieces: withColumns(
      pieces,
      all.filter(({ column }) => words.has(column)),
    ),
  };
  const named = (await holds(spelt)) ? spelt : rows;
  const columns = await shrinkList(columnsOf(named.pieces), { left: columnTrials }, (fewer) =>
    holds({ ...named, pieces: withColumns(pieces, fewer) }),
  );
  return { ...named, pieces: withColumns(pieces, columns) };
}

/** The words of a step's SQL and of its population's: what they do not spell, they hardly read. */
function wordsOf({ processor: { step, population } }: RecordRequest): ReadonlySet<string> {
  const texts = [step.kind === "sql" ? step.sql.text : "", population?.sql?.text ?? ""];
  return new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
}

/** Dates of the calendar on which a piece lies, and the date itself. */
function datesOf(
  { date }: RecordRequest,
  pieces: readonly StandingPiece[],
  calendar: readonly CalendarDate[],
): readonly CalendarDate[] {
  const named = new Set<string | undefined>([
    date,
    ...pieces.map((piece) => (piece.kind === "row" ? piece.row[piece.of.dateColumn] : piece.failure.date)),
  ]);
  return calendar.filter((day) => named.has(day));
}

type NamedColumn = { readonly table: string; readonly column: string };

/** Columns beside key and date that have a value in some row. */
function columnsOf(pieces: readonly StandingPiece[]): readonly NamedColumn[] {
  const rows = pieces.filter((piece) => piece.kind === "row");
  return [...Map.groupBy(rows, ({ of }) => of.name)].flatMap(([table, own]) =>
    (own[0]?.of.columns ?? [])
      .filter(({ name }) => own.some(({ of, row }) => !isKept(of, name) && row[name] !== undefined))
      .map(({ name }) => ({ table, column: name })),
  );
}

function isKept(
  { key, dateColumn }: { readonly key: readonly string[]; readonly dateColumn: string },
  name: string,
): boolean {
  return name === dateColumn || key.includes(name);
}

function withColumns(
  pieces: readonly StandingPiece[],
  named: readonly NamedColumn[],
): readonly StandingPiece[] {
  const columns = Map.groupBy(named, ({ table }) => table);
  return pieces.map((piece) => {
    if (piece.kind === "failure") return piece;
    const own = new Set(columns.get(piece.of.name)?.map(({ column }) => column));
    const kept = Object.entries(piece.row).filter(([name]) => own.has(name) || isKept(piece.of, name));
    return { ...piece, row: Object.fromEntries(kept) };
  });
}

/** What names the entity, and that with what shares a key with it: where these are enough, the rest need not be tried. */
function narrowed({ processor, entity }: RecordRequest, whole: Draft): readonly Draft[] {
  if (entity === undefined) return [];
  const parts = new Set(entityParts(processor, entity).map(([, text]) => text));
  const about = whole.pieces.filter((piece) => namesOne(piece, parts));
  const linked = new Set(
    about.flatMap((piece) =>
      piece.kind === "failure" ? [] : [...keysOf(whole.pieces)].map((name) => piece.row[name] ?? ""),
    ),
  );
  linked.delete("");
  const linkedPieces = whole.pieces.filter((piece) => namesOne(piece, linked));
  return [
    { ...whole, pieces: about },
    { ...whole, pieces: linkedPieces },
  ];
}

/** Columns of keys that are no dates. */
function keysOf(pieces: readonly StandingPiece[]): ReadonlySet<string> {
  const tables = new Set(pieces.flatMap((piece) => (piece.kind === "row" ? [piece.of] : [])));
  return new Set([...tables].flatMap(({ key, dateColumn }) => key.filter((name) => name !== dateColumn)));
}

function namesOne(piece: StandingPiece, texts: ReadonlySet<string>): boolean {
  if (piece.kind === "failure")
    return entityParts(piece.of, piece.failure.entity).some(([, text]) => texts.has(text));
  return Object.values(piece.row).some((text) => text !== undefined && texts.has(text));
}

type CaseParts = { readonly draft: Draft; readonly standing: Standing; readonly rename: Rename };

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
