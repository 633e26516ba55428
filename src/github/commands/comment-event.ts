import { z } from "zod";
import { Fault } from "../../errors.ts";

const person = z.object({ login: z.string(), type: z.string() });

const eventSchema = z.object({
  action: z.string(),
  issue: z.object({
    number: z.int().positive(),
    body: z.string().nullish(),
    user: person.nullish(),
    pull_request: z.object({}).nullish(),
  }),
  comment: z.object({
    id: z.int().positive(),
    body: z.string(),
    user: person,
    created_at: z.string(),
    updated_at: z.string(),
  }),
  repository: z.object({ default_branch: z.string() }),
});

/** A comment as the event brings it. */
export type CommentEvent = z.infer<typeof eventSchema>;

/** Reads the payload of an `issue_comment` event. Fault: input-invalid for another one. */
export function parseCommentEvent(payload: unknown): CommentEvent {
  const parsed = eventSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw new Fault("input-invalid", "Cannot read the command: the run was not started by a comment", {
    hint: "Start this action from a workflow on `issue_comment`",
  });
}
