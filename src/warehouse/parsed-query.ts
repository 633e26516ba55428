/** A name in a query, at `offset` of its text. */
export type NameInQuery = { readonly name: string; readonly offset: number };

/** What the engine's own parser makes of a text before anything of it runs. */
export type ParsedQuery =
  /** It is not exactly one query. */
  | { readonly kind: "refused"; readonly offset: number; readonly message: string }
  | {
      readonly kind: "query";
      /** What stands where a table stands, in all its parts, without the query's own tables. */
      readonly tables: readonly NameInQuery[];
      /** Functions that stand where a table stands. */
      readonly tableFunctions: readonly NameInQuery[];
      /** What gives another value when it is asked again. */
      readonly unstable: readonly NameInQuery[];
      /** Whether it is `select` with one value and nothing after it. */
      readonly isValue: boolean;
    };
