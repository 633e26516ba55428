import type { CalendarDate } from "../../domain/calendar-date.ts";
import { countOf } from "../../domain/format.ts";
import type { RunEffects } from "../run-event.ts";
import { entityParts, type RecordRequest, type StandingPiece } from "./read-standing.ts";
import { shrinkList, type TrialBudget } from "./shrink-list.ts";

/** What of the standing a case would give, as it stands. */
export type CaseDraft = {
  readonly pieces: readonly StandingPiece[];
  readonly calendar: readonly CalendarDate[] | undefined;
};

/** Most trials that leave out rows, and columns, and how long they go on. */
const rowTrials = 300;
const columnTrials = 100;
const longestMs = 120_000;
/** How long trials go on, in words. */
export const longest = "two minutes";

type Trials = {
  readonly rows: TrialBudget;
  readonly columns: TrialBudget;
  readonly isLate: () => boolean;
};

/** Trials that end when they are used up, and when their time is. */
export function openTrials({ now }: Pick<RunEffects, "now">): Trials {
  const end = now().getTime() + longestMs;
  function isLate(): boolean {
    return now().getTime() >= end;
  }
  return { rows: { left: rowTrials, isLate }, columns: { left: columnTrials, isLate }, isLate };
}

/** What ended trials before nothing more could be left out. */
function limitOf({ rows, columns, isLate }: Trials): string | undefined {
  if (isLate()) return longest;
  const used = [rowTrials - rows.left, columnTrials - columns.left];
  return rows.left === 0 || columns.left === 0
    ? countOf(
        used.reduce((sum, one) => sum + one, 0),
        "trial",
      )
    : undefined;
}

/** Drafts to begin with, small ones first. */
export function startsOf(request: RecordRequest, whole: CaseDraft): readonly CaseDraft[] {
  const drafts = [...narrowed(request, whole), whole];
  // A step may need more of the calendar than the dates that a case names: what its origin makes of the rows.
  return [...drafts, ...drafts.map(({ pieces }) => ({ pieces, calendar: undefined }))];
}

/** The first draft that gives what stands. */
export async function firstThatHolds(
  drafts: readonly CaseDraft[],
  holds: (draft: CaseDraft) => Promise<boolean>,
): Promise<CaseDraft | undefined> {
  for (const draft of drafts) if (await holds(draft)) return draft;
  return undefined;
}

type Shrinking = {
  readonly draft: CaseDraft;
  readonly holds: (draft: CaseDraft) => Promise<boolean>;
  readonly trials: Trials;
};

type Shrunk = { readonly draft: CaseDraft; readonly limit: string | undefined };

/** Leaves out rows, then dates of the calendar, then columns, as long as trials are left. */
export async function shrinkDraft(
  request: RecordRequest,
  { draft, holds, trials }: Shrinking,
): Promise<Shrunk> {
  const pieces = await shrinkList(draft.pieces, trials.rows, (fewer) => holds({ ...draft, pieces: fewer }));
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
  const columns = await shrinkList(columnsOf(named.pieces), trials.columns, (fewer) =>
    holds({ ...named, pieces: withColumns(pieces, fewer) }),
  );
  return { draft: { ...named, pieces: withColumns(pieces, columns) }, limit: limitOf(trials) };
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

/**
 * What names the entity; that with rows of other tables whose key it names; and all that shares a key with it: where these
 * are enough, the rest need not be tried.
 */
function narrowed({ processor, entity }: RecordRequest, whole: CaseDraft): readonly CaseDraft[] {
  if (entity === undefined) return [];
  const parts = new Set(entityParts(processor, entity).map(([, text]) => text));
  const about = whole.pieces.filter((piece) => namesOne(piece, parts));
  const told = new Set(about.flatMap(textsOf));
  const named = new Set(about.map(({ of }) => of.table));
  const beside = whole.pieces.filter(
    (piece) =>
      namesOne(piece, parts) ||
      (!named.has(piece.of.table) && keyTexts(piece).some((text) => told.has(text))),
  );
  const linked = new Set(about.flatMap(keyTexts));
  const linkedPieces = whole.pieces.filter((piece) => namesOne(piece, linked));
  return [about, beside, linkedPieces].map((pieces) => ({ ...whole, pieces }));
}

/** The texts in the key of a piece. */
function keyTexts(piece: StandingPiece): readonly string[] {
  if (piece.kind === "failure") return textsOf(piece);
  const { key, columns } = piece.of;
  return columns.flatMap(({ name, type }) => {
    const text = piece.row[name];
    return type === "string" && key.includes(name) && text !== undefined ? [text] : [];
  });
}

/** What a piece holds, as texts. */
function textsOf(piece: StandingPiece): readonly string[] {
  if (piece.kind === "failure") return entityParts(piece.of, piece.failure.entity).map(([, text]) => text);
  return Object.values(piece.row).filter((text) => text !== undefined);
}

function namesOne(piece: StandingPiece, texts: ReadonlySet<string>): boolean {
  return textsOf(piece).some((text) => texts.has(text));
}
