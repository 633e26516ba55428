import { z } from "zod";

/** Of how many runs what they replace is kept. */
export const keepSchema = z.strictObject({
  runs: z
    .int()
    .min(0)
    .describe("The newest runs of each processor that `revert` can undo; 0 removes all copies"),
});

/** `keep` as written. */
export type KeepText = z.output<typeof keepSchema>;
