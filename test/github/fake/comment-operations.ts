import { readAccess, withIssue, writeAccess } from "./issue-operations.ts";
import { noContent, notFound, refuseLongBody, type Call, type Operation, type Reply } from "./operation.ts";
import { userOf, type Comment, type Reaction } from "./state.ts";

/** Comments on issues and pull requests, and reactions to them. */
export const commentOperations: Readonly<Record<string, Operation>> = {
  "issues/create-comment": {
    access: writeAccess,
    handle: (call) => withIssue(call, () => createComment(call)),
  },
  "issues/list-comments": { access: readAccess, handle: (call) => withIssue(call, () => listComments(call)) },
  "issues/get-comment": {
    access: readAccess,
    handle: (call) => withComment(call, (comment) => show(call, comment)),
  },
  "issues/update-comment": {
    access: writeAccess,
    handle: (call) => withComment(call, (comment) => update(call, comment)),
  },
  "issues/delete-comment": {
    access: writeAccess,
    handle: (call) => withComment(call, (comment) => remove(call, comment)),
  },
  "reactions/create-for-issue-comment": {
    access: writeAccess,
    handle: (call) => withComment(call, (comment) => react(call, comment)),
  },
  "reactions/list-for-issue-comment": {
    access: readAccess,
    handle: (call) => withComment(call, (comment) => listReactions(call, comment)),
  },
};

/** A comment as the API and events show it. */
export function commentBody(
  { state, url }: Pick<Call, "state" | "url">,
  comment: Comment,
): Record<string, unknown> {
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    body: comment.body,
    user: userOf(state, comment.author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    url: `${url}/repos/${state.repository}/issues/comments/${comment.id}`,
    html_url: `https://github.com/${state.repository}/issues/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${url}/repos/${state.repository}/issues/${comment.issue}`,
    author_association: state.roles.get(comment.author) === undefined ? "NONE" : "COLLABORATOR",
  };
}

/** Takes in a comment as its author wrote it. */
export function addComment(
  { state }: Pick<Call, "state">,
  comment: Pick<Comment, "issue" | "author" | "body">,
): Comment {
  const at = state.now();
  const added: Comment = { ...comment, id: state.nextId(), createdAt: at, updatedAt: at };
  state.comments.set(added.id, added);
  const issue = state.issues.get(comment.issue);
  if (issue !== undefined) issue.updatedAt = at;
  return added;
}

function createComment(call: Call): Reply {
  const { body } = call.body as { readonly body: string };
  const refusal = refuseLongBody("IssueComment", body);
  if (refusal !== undefined) return refusal;
  const issue = Number(call.parameters["issue_number"]);
  const comment = addComment(call, { issue, author: call.caller.login, body });
  return { status: 201, body: commentBody(call, comment) };
}

function listComments(call: Call): Reply {
  const issue = Number(call.parameters["issue_number"]);
  const since = call.query.get("since") ?? "";
  const items = [...call.state.comments.values()]
    .filter((comment) => comment.issue === issue && comment.updatedAt >= since)
    .map((comment) => commentBody(call, comment));
  return { status: 200, list: { items } };
}

function show(call: Call, comment: Comment): Reply {
  return { status: 200, body: commentBody(call, comment) };
}

function update(call: Call, comment: Comment): Reply {
  const { body } = call.body as { readonly body: string };
  const refusal = refuseLongBody("IssueComment", body);
  if (refusal !== undefined) return refusal;
  comment.body = body;
  comment.updatedAt = call.state.now();
  return show(call, comment);
}

function remove({ state }: Call, comment: Comment): Reply {
  state.comments.delete(comment.id);
  return noContent;
}

/** The same reaction of the same person is not made twice. */
function react({ state, body, caller }: Call, comment: Comment): Reply {
  const { content } = body as { readonly content: string };
  const known = [...state.reactions.values()].find(
    (each) => each.comment === comment.id && each.author === caller.login && each.content === content,
  );
  const reaction = known ?? { id: state.nextId(), comment: comment.id, author: caller.login, content };
  state.reactions.set(reaction.id, reaction);
  return { status: known === undefined ? 201 : 200, body: reactionBody({ state }, reaction) };
}

function listReactions({ state, query }: Call, comment: Comment): Reply {
  const content = query.get("content");
  const items = [...state.reactions.values()]
    .filter((each) => each.comment === comment.id && (content === null || each.content === content))
    .map((each) => reactionBody({ state }, each));
  return { status: 200, list: { items } };
}

function reactionBody(
  { state }: Pick<Call, "state">,
  { id, author, content }: Reaction,
): Record<string, unknown> {
  return { id, content, user: userOf(state, author) };
}

function withComment(call: Call, answer: (comment: Comment) => Reply): Reply {
  const comment = call.state.comments.get(Number(call.parameters["comment_id"]));
  return comment === undefined ? notFound : answer(comment);
}
