import { meaningfulTokens, tableReferencesOf, type SqlToken } from "../../domain/sql-tokens.ts";
import { startOfOperand } from "../portable-sql.ts";

/**
 * A statement with `column > (select max(column) from itself)`, also inside of `coalesce`, as `column between @start_date
 * and @end_date`. `isItself` tells its own name. What else it reads of itself stays.
 */
export function incrementalDates(text: string, isItself: (name: string) => boolean): string {
  let changed = text;
  for (let number = 0; number < 100; number += 1) {
    const predicate = findPredicate(changed, isItself);
    if (predicate === undefined) return changed;
    const { from, operator, end } = predicate;
    const operand = changed.slice(from, operator).trimEnd();
    changed = `${changed.slice(0, from)}${operand} between @start_date and @end_date${changed.slice(end)}`;
  }
  return changed;
}

type Predicate = { readonly from: number; readonly operator: number; readonly end: number };

function findPredicate(text: string, isItself: (name: string) => boolean): Predicate | undefined {
  const tokens = meaningfulTokens(text);
  for (const { name, offset } of tableReferencesOf(text)) {
    if (!isItself(name)) continue;
    const at = tokens.findIndex((token) => token.offset === offset);
    const open = enclosing(tokens, at);
    if (open === undefined || tokens[open + 1]?.text.toLowerCase() !== "select") continue;
    const predicate = predicateBefore(tokens, open);
    if (predicate !== undefined) return predicate;
  }
  return undefined;
}

/** The comparison whose right side a group in parentheses is, or the call of `coalesce` around it. */
function predicateBefore(tokens: readonly SqlToken[], open: number): Predicate | undefined {
  const outer = enclosing(tokens, open);
  const isFilled = outer !== undefined && /^(?:coalesce|ifnull|nvl)$/i.test(tokens[outer - 1]?.text ?? "");
  const close = closing(tokens, isFilled ? outer : open);
  const at = (isFilled ? outer - 1 : open) - 1;
  const operator = tokens[at];
  const from = tokens[startOfOperand(tokens, at)];
  if (close === undefined || from === undefined || !isLater(operator)) return undefined;
  return { from: from.offset, operator: operator.offset, end: close.offset + close.text.length };
}

function isLater(operator: SqlToken | undefined): operator is SqlToken {
  return operator?.text === ">" || operator?.text === ">=";
}

/** The parenthesis that is open at a token. */
function enclosing(tokens: readonly SqlToken[], at: number): number | undefined {
  let depth = 0;
  for (let index = at - 1; index >= 0; index -= 1) {
    const { text } = tokens[index] ?? { text: "" };
    if (text === ")") depth += 1;
    if (text === "(" && depth === 0) return index;
    if (text === "(") depth -= 1;
  }
  return undefined;
}

function closing(tokens: readonly SqlToken[], open: number): SqlToken | undefined {
  let depth = 0;
  for (const token of tokens.slice(open)) {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth === 0) return token;
  }
  return undefined;
}
