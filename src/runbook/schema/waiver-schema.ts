import { z } from "zod";
import { dateText, identifier, rate, sentence, slug, tableName } from "./value-schemas.ts";

const waiverShape = {
  id: slug.describe("Name in reports"),
  reason: sentence.describe("Why it is accepted"),
  approver: sentence.describe("Who accepts it"),
  expires: dateText.describe("Last day on which it holds"),
  digest: sentence.describe("Digest of the content under which it was accepted"),
  warehouse: sentence.describe("Warehouse kind and hash algorithm of the digest"),
};

const processor = identifier.describe("A processor by id");

/** A finding that somebody has accepted until a day. */
export const waiverSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("gap").describe("Moves members from untracked to waived"),
    ...waiverShape,
    processor,
    dates: z.array(dateText).min(1).describe("Dates of the gap"),
    entities: z.array(sentence).default([]).describe("Members; all that are absent when empty"),
  }),
  z.strictObject({
    kind: z.literal("budget").describe("Accepts a rate above the maximum"),
    ...waiverShape,
    processor,
    period: slug.describe("A period by id"),
    "max-rate": rate.describe("Rate up to which it is accepted"),
  }),
  z.strictObject({
    kind: z.literal("finding").describe("Accepts what gates found in one table on some dates"),
    ...waiverShape,
    processor: processor.optional(),
    source: tableName.optional().describe("A source by table, where the finding lies in one"),
    finding: sentence.describe(
      "Name of the finding as gates tell it: missing, low, volume, a field, a check",
    ),
    dates: z.array(dateText).min(1).describe("Dates of the finding"),
  }),
]);

/** The file waivers.yml beside a runbook. */
export const waiversFileSchema = z.strictObject({
  waivers: z.array(waiverSchema).describe("What somebody has accepted"),
});

/** An entry of waivers.yml as written. */
export type WaiverText = z.output<typeof waiverSchema>;
