/** A set of cases: for each fact the values that it may have. Every combination of them belongs to the box. */
export type FactBox = Readonly<Record<string, readonly string[]>>;

/** Facts that must have one of the values listed; a fact that is not named may have any. */
export type FactCondition = Readonly<Record<string, readonly string[] | undefined>>;

/** The cases of the box that meet the condition; undefined when there are none. */
export function withinBox(box: FactBox, condition: FactCondition): FactBox | undefined {
  const cut = Object.entries(box).map(([fact, values]): [string, readonly string[]] => {
    const wanted = condition[fact];
    return [fact, wanted === undefined ? values : values.filter((value) => wanted.includes(value))];
  });
  return cut.some(([, values]) => values.length === 0) ? undefined : Object.fromEntries(cut);
}

/** The cases of the box that do not meet the condition, as boxes that share none: at most one for each fact. */
export function outsideBox(box: FactBox, condition: FactCondition): readonly FactBox[] {
  const outside: FactBox[] = [];
  let rest = box;
  for (const [fact, values] of Object.entries(box)) {
    const wanted = condition[fact];
    if (wanted === undefined) continue;
    const others = values.filter((value) => !wanted.includes(value));
    if (others.length > 0) outside.push({ ...rest, [fact]: others });
    rest = { ...rest, [fact]: values.filter((value) => wanted.includes(value)) };
    if (rest[fact]?.length === 0) break;
  }
  return outside;
}
