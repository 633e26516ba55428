/** A number as it stands in a JSON text, whatever a JavaScript number would make of it. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a JSON text with its numbers as `NumberText`; undefined when it is no JSON. */
export function parseExactJson(text: string): unknown {
  try {
    return JSON.parse(text, keepNumber as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

function keepNumber(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === "number" ? new NumberText(source ?? String(value)) : value;
}
