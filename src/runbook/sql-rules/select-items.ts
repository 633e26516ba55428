import type { SqlToken } from "../../domain/sql-tokens.ts";

/** One expression that a `select` gives under a name, `depth` parentheses deep; `at` is its place among all items. */
export type SelectItem = {
  readonly name: string;
  readonly tokens: readonly SqlToken[];
  readonly depth: number;
  readonly at: number;
};

type Frame = { start: number | undefined };

const listEnds = new Set(["from", "union", "except", "intersect", "where", "qualify", "order", "limit"]);

/** What every `select` of a text gives, in order; a star and what has no name is left out. */
export function selectItems(tokens: readonly SqlToken[]): readonly SelectItem[] {
  const frames: Frame[] = [{ start: undefined }];
  const items: SelectItem[] = [];
  function end(index: number): void {
    const frame = frames.at(-1);
    if (frame?.start === undefined) return;
    const item = itemOf(tokens.slice(frame.start, index));
    if (item !== undefined) items.push({ ...item, depth: frames.length - 1, at: items.length });
    frame.start = undefined;
  }
  for (const [index, { text }] of tokens.entries()) {
    const word = text.toLowerCase();
    const frame = frames.at(-1);
    const isListed = frame?.start !== undefined;
    if (word === "(") frames.push({ start: undefined });
    else if (word === ")") {
      end(index);
      if (frames.length > 1) frames.pop();
    } else if (listEnds.has(word) && isListed) end(index);
    else if ((word === "select" || (word === "," && isListed)) && frame !== undefined) {
      end(index);
      frame.start = index + 1;
    }
  }
  end(tokens.length);
  return items;
}

function itemOf(tokens: readonly SqlToken[]): Pick<SelectItem, "name" | "tokens"> | undefined {
  const [before, last] = [tokens.at(-2)?.text.toLowerCase(), tokens.at(-1)];
  if (last?.kind !== "word" || last.text.toLowerCase() === "end") return undefined;
  const name = last.text.toLowerCase();
  if (before === "as") return { name, tokens: tokens.slice(0, -2) };
  return { name, tokens: before === undefined || before === "." ? tokens : tokens.slice(0, -1) };
}

/**
 * The item that a name inside another one most probably stands for: that of a common table before it, else of a subquery
 * behind it.
 */
export function itemBehind(
  items: readonly SelectItem[],
  name: string,
  seenFrom: Pick<SelectItem, "depth" | "at">,
): SelectItem | undefined {
  const inner = items.filter((item) => item.name === name && item.depth > 0);
  return (
    inner.findLast(({ at }) => at < seenFrom.at) ??
    inner.find(({ at, depth }) => at > seenFrom.at && depth > seenFrom.depth)
  );
}
