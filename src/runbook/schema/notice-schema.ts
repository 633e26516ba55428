import { z } from "zod";
import { parseMention } from "../../domain/mention.ts";
import { noticeForms } from "../told.ts";

/** Somebody on GitHub who is called when a report turns red. */
export const watcherSchema = z.string().transform((text, context) => {
  const name = parseMention(text);
  if (name !== undefined) return name;
  context.addIssue({ code: "custom", message: "expected a login of GitHub, or organisation/name" });
  return z.NEVER;
});

const secretName = z
  .string()
  .regex(
    /^(?!GITHUB_)[A-Z_][A-Z0-9_]{0,99}$/,
    "expected the name of a secret in capital letters, digits and underscores",
  );

/** A webhook that is told when the verdict of a report on GitHub changes. Its address is a secret, so only its name stands here. */
export const webhookSchema = z.strictObject({
  to: z.enum(noticeForms).describe("Form of the message: Slack's, Microsoft's, or the facts as JSON"),
  url: z
    .strictObject({ secret: secretName.describe("Name of the repository's secret that holds the address") })
    .describe("Where its address is kept; the address itself stands in no file"),
  values: z.boolean().default(false).describe("Whether the message may quote what was found in tables"),
});

/** An entry of `notify` as written. */
export type WebhookText = z.output<typeof webhookSchema>;
