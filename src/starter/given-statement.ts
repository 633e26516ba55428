/** What somebody has tested of a column. */
export type ColumnTest =
  | { readonly kind: "required"; readonly column: string }
  | { readonly kind: "values"; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: "relationship"; readonly column: string; readonly to: string; readonly field: string };

/** A statement that computes a table, as it was found. */
export type GivenStatement = {
  /** Of the table that it computes. */
  readonly name: string;
  readonly title: string | undefined;
  readonly text: string;
  /** Whether it gives the rows of the asked dates only. */
  readonly namesDates: boolean;
  /** Names by which others read the table, besides its own. */
  readonly answersTo: readonly string[];
  /** Columns that are said to name a row; undefined where nobody says it. */
  readonly key: readonly string[] | undefined;
  readonly tests: readonly ColumnTest[];
};

/** What a name in a statement stands for. */
export type Meaning<Table> =
  | { readonly kind: "statement"; readonly statement: GivenStatement }
  | { readonly kind: "table"; readonly table: Table };

/**
 * What a name stands for: a statement that answers to it, a table of these two last parts, a statement called as its last
 * part, or the only table called so. Undefined where there is none.
 */
export function meaningOf<Table extends { readonly table: string }>(
  name: string,
  {
    statements,
    tables,
  }: { readonly statements: readonly GivenStatement[]; readonly tables: readonly Table[] },
): Meaning<Table> | undefined {
  const wanted = name.toLowerCase();
  const parts = wanted.split(".");
  const answering = statements.find(({ answersTo }) =>
    answersTo.some((other) => other.toLowerCase() === wanted),
  );
  if (answering !== undefined) return { kind: "statement", statement: answering };
  const exact = tables.find(({ table }) => table.toLowerCase() === parts.slice(-2).join("."));
  if (exact !== undefined) return { kind: "table", table: exact };
  const named = statements.find((statement) => statement.name.toLowerCase() === parts.at(-1));
  if (named !== undefined) return { kind: "statement", statement: named };
  const alike = tables.filter(({ table }) => table.toLowerCase().endsWith(`.${wanted}`));
  const [only] = alike;
  return parts.length === 1 && only !== undefined && alike.length === 1
    ? { kind: "table", table: only }
    : undefined;
}

/**
 * Statements so that each stands after those that it reads, and where that can be also after those that its tests lead to:
 * gates ask tests as soon as a table is there. Those that read each other stand last, as they came.
 */
export function inOrder(
  statements: readonly GivenStatement[],
  readsOf: (statement: GivenStatement) => readonly GivenStatement[],
): readonly GivenStatement[] {
  const tested = sorted(statements, (statement) => [
    ...readsOf(statement),
    ...testedBy(statement, statements),
  ]);
  const isRight = tested.every((statement, index) =>
    readsOf(statement).every((read) => tested.indexOf(read) < index),
  );
  return isRight ? tested : sorted(statements, readsOf);
}

function testedBy(
  { name, tests }: GivenStatement,
  statements: readonly GivenStatement[],
): readonly GivenStatement[] {
  const names = new Set(tests.flatMap((test) => (test.kind === "relationship" ? [test.to] : [])));
  return statements.filter((other) => other.name !== name && names.has(other.name));
}

function sorted(
  statements: readonly GivenStatement[],
  after: (statement: GivenStatement) => readonly GivenStatement[],
): readonly GivenStatement[] {
  const done: GivenStatement[] = [];
  let waiting = statements;
  for (;;) {
    const free = waiting.filter((statement) => after(statement).every((other) => done.includes(other)));
    if (free.length === 0) return [...done, ...waiting];
    done.push(...free);
    waiting = waiting.filter((statement) => !free.includes(statement));
  }
}
