import { z } from "zod";
import { dateText, identifier, rate, sentence, slug } from "./value-schemas.ts";

const waiverShape = {
  id: slug.describe("Name in reports"),
  processor: identifier.describe("A processor by id"),
  reason: sentence.describe("Why it is accepted"),
  approver: sentence.describe("Who accepts it"),
  expires: dateText.describe("Last day on which it holds"),
  digest: sentence.describe("Digest of the upstream content under which it was accepted"),
  warehouse: sentence.describe("Warehouse kind and hash algorithm of the digest"),
};

/** A finding that somebody has accepted until a day. */
export const waiverSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("gap").describe("Moves members from untracked to waived"),
    ...waiverShape,
    dates: z.array(dateText).min(1).describe("Dates of the gap"),
    entities: z.array(sentence).default([]).describe("Members; all that are absent when empty"),
  }),
  z.strictObject({
    kind: z.literal("budget").describe("Accepts a rate above the maximum"),
    ...waiverShape,
    period: slug.describe("A period by id"),
    "max-rate": rate.describe("Rate up to which it is accepted"),
  }),
]);

/** The file waivers.yml beside a runbook. */
export const waiversFileSchema = z.strictObject({ waivers: z.array(waiverSchema) });

/** An entry of waivers.yml as written. */
export type WaiverText = z.output<typeof waiverSchema>;
