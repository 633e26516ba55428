/** Letters of a name that is still compared; the work grows with the square. */
const longestName = 100;

/**
 * The name most like `name`: the fewest letters to insert, delete, replace or exchange with their neighbour, upper and
 * lower case alike; the first of equals. Undefined when more than a third of the letters would change, or for a word that
 * is longer than names are.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.ceil(name.length / 3)) + 1;
  for (const candidate of names.filter(({ length }) => length <= longestName)) {
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [nearest, least] = [candidate, edits];
  }
  return nearest;
}

/** Levenshtein's distance with exchanges of neighbours (optimal string alignment), row by row. */
function countEdits(from: string, to: string): number {
  let before: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isExchanged = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(previous, column - 1) + (isSame ? 0 : 1),
          at(previous, column) + 1,
          at(current, column - 1) + 1,
          isExchanged ? at(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    [before, previous] = [previous, current];
  }
  return at(previous, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
