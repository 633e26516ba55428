import type { VerdictLevel } from "../../domain/verdict.ts";

/** What a report says at its top: its word, and how much it asks for. */
export type Judgement = { readonly level: VerdictLevel; readonly word: string };

/** A report whose verdict is another than that of the report before it on the same subject; `before` where there was one. */
export type Turn = { readonly before: Judgement | undefined; readonly now: Judgement };

/** What the writer of a report found where it wrote: no report, or one with its verdict, if it tells it. */
type Earlier = { readonly verdict?: Judgement | undefined } | undefined;

/**
 * Whether a report turned: it says something else than the one before it, or is the first and not ok. One from a version
 * that did not note its verdict says nothing, so nothing is told of it.
 */
export function turnOf(earlier: Earlier, now: Judgement): Turn | undefined {
  if (earlier === undefined) return now.level === "ok" ? undefined : { before: undefined, now };
  const { verdict: before } = earlier;
  if (before === undefined) return undefined;
  return before.level === now.level && before.word === now.word ? undefined : { before, now };
}

/** Whether somebody has to act now and had not to before. */
export function turnsRed({ before, now }: Turn): boolean {
  return now.level === "action" && before?.level !== "action";
}
