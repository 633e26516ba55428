import { z } from "zod";
import { parseMention } from "../../domain/mention.ts";

/** Somebody on GitHub who is called when a report turns red. */
export const watcherSchema = z.string().transform((text, context) => {
  const name = parseMention(text);
  if (name !== undefined) return name;
  context.addIssue({ code: "custom", message: "expected a login of GitHub, or organisation/name" });
  return z.NEVER;
});
