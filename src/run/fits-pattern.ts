/**
 * Whether a path fits a pattern in which `*` stands for any part of a name and `**`, as a folder, for any folders. Takes time
 * that grows with path times pattern: as a regular expression some patterns would take years.
 */
export function fitsPattern(path: string, pattern: string): boolean {
  const parts = pattern.split("/");
  let reached = new Set(skippingFolders(parts, 0));
  for (const name of path.split("/")) {
    const next = [...reached].flatMap((at) => {
      const stays = isFolders(parts, at) ? [at] : [];
      const moves =
        at < parts.length && fitsName(name, parts[at] ?? "") ? skippingFolders(parts, at + 1) : [];
      return [...stays, ...moves];
    });
    reached = new Set(next);
  }
  return reached.has(parts.length);
}

/** A place in the pattern, and those behind `**` where that stands there: it may stand for no folder. */
function skippingFolders(parts: readonly string[], at: number): readonly number[] {
  return isFolders(parts, at) ? [at, ...skippingFolders(parts, at + 1)] : [at];
}

function isFolders(parts: readonly string[], at: number): boolean {
  return parts[at] === "**" && at < parts.length - 1;
}

/** Each piece between stars is looked for once, behind the one before it. */
function fitsName(name: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}
