/** A name as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The runbook as a command names it: by its name where that finds it, else by its folder. */
export function runbookWord({ name, folder }: { readonly name: string; readonly folder?: string }): string {
  return shellWord(folder === undefined || folder === `runbooks/${name}` ? name : folder);
}
