/** SQL that the two engines read differently: where in the text, what differs, and the spelling they share. */
export type SqlFinding = { readonly offset: number; readonly message: string; readonly hint: string };
