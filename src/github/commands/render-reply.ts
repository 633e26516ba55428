import {
  codeBlock,
  escapeCode,
  escapeMarkdown,
  joinMarkdown,
  markup,
  markdownLink,
  renderedMarkdown,
  type Markdown,
} from "../../report/text/markdown-text.ts";
import type { Refusal } from "./refusal.ts";

/** What a command led to. */
export type CommandAnswer =
  | Refusal
  | {
      readonly kind: "done";
      /** One sentence. */
      readonly text: string;
      /** What a command of the command line printed. */
      readonly output?: string;
      readonly link?: { readonly title: string; readonly url: string };
    };

/** Lines of output that a reply shows. */
const mostLines = 300;
const mostCharacters = 40_000;
const longestSentence = 600;

/** An answer as a comment: verdict first, then output and link. Nothing that a person or a table wrote is mark-up in it. */
export function renderReply(
  answer: CommandAnswer,
  {
    commentId,
    login,
    command,
  }: { readonly commentId: number; readonly login: string; readonly command: string },
): Markdown {
  const parts = answer.kind === "done" ? doneParts(answer) : refusedParts(answer);
  const asked = markup`Asked by ${escapeMarkdown(login)}: ${escapeMarkdown(command, 200)}`;
  const reason = answer.kind === "done" ? "done" : answer.reason;
  const marker = renderedMarkdown(`<!-- cascade-reply comment="${commentId}" reason="${reason}" -->`);
  return joinMarkdown([...parts, asked, marker], "\n\n");
}

function doneParts({ text, output, link }: Extract<CommandAnswer, { kind: "done" }>): readonly Markdown[] {
  return [
    markup`**Done**: ${escapeMarkdown(text, longestSentence)}`,
    ...(output === undefined ? [] : [codeBlock(shortenOutput(output))]),
    ...(link === undefined ? [] : [markdownLink(link.title, link.url)]),
  ];
}

function refusedParts({ reason, found, hint }: Refusal): readonly Markdown[] {
  const head = markup`**Refused** (${escapeCode(reason)}): ${escapeMarkdown(found, longestSentence)}`;
  return [head, markup`What to do: ${escapeMarkdown(hint, longestSentence)}`];
}

/** The lines of an output that a reply shows, and how many more there were. */
export function shortenOutput(output: string): string {
  const lines = output.split("\n");
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(0, mostLines)) {
    length += line.length + 1;
    if (length > mostCharacters) break;
    shown.push(line);
  }
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more lines; all of them on the command line`] : [])].join(
    "\n",
  );
}
