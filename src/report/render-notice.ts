import type { Webhook } from "../runbook/told.ts";
import type { Notice } from "./notice.ts";

/** A notice as the body of a request, in the form of a webhook. Texts stay texts in each of them. */
export function renderNotice(form: Webhook["to"], notice: Notice): object {
  return renderers[form](notice);
}

const renderers: Readonly<Record<Webhook["to"], (notice: Notice) => object>> = {
  slack: slackMessage,
  teams: cardMessage,
  json: (notice) => notice,
};

/**
 * Elements of rich text hold no mark-up, so that neither a mention nor a link can be written in them. `text` is what
 * Slack shows where there are no blocks, and takes `&`, `<` and `>` for its own; without `mrkdwn` nothing else.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
function slackMessage({ text, report, run }: Notice): object {
  const links = [link(report, "Report"), { type: "text", text: " · " }, link(run, "Run")];
  const sections = [[{ type: "text", text }], links];
  return {
    text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    mrkdwn: false,
    parse: "none",
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      {
        type: "rich_text",
        elements: sections.map((elements) => ({ type: "rich_text_section", elements })),
      },
    ],
  };
}

function link(url: string, text: string): object {
  return { type: "link", url, text };
}

/**
 * An adaptive card, whose runs of text know no Markdown as its blocks of text do; what cards fill in themselves,
 * `{{DATE(…)}}`, is broken. https://adaptivecards.io/explorer/RichTextBlock.html
 */
function cardMessage({ text, report, run }: Notice): object {
  const body = text.split("\n").map((line, index) => ({
    type: "RichTextBlock",
    inlines: [
      { type: "TextRun", text: line.replaceAll("{{", "{ {"), weight: index === 0 ? "Bolder" : "Default" },
    ],
  }));
  const actions = [
    { type: "Action.OpenUrl", title: "Report", url: report },
    { type: "Action.OpenUrl", title: "Run", url: run },
  ];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
    actions,
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content }],
  };
}
