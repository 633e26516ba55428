declare const mention: unique symbol;

/** Somebody on GitHub as a text calls them: `@login`, or `@organisation/name` of a group of people. */
export type Mention = string & { readonly [mention]: true };

const form = /^@?([A-Za-z\d](?:-?[A-Za-z\d]){0,38}(?:\/[A-Za-z\d][\w.-]{0,99})?)$/;

/** Reads a name with or without its `@`; undefined for a text that is none. */
export function parseMention(text: string): Mention | undefined {
  const [, name] = form.exec(text) ?? [];
  return name === undefined ? undefined : (`@${name}` as Mention);
}
