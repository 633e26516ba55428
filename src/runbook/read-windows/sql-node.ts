import { meaningfulTokens, type SqlToken } from "../../domain/sql-tokens.ts";

/** A token of SQL, or what stands between two parentheses. */
export type SqlNode =
  | { readonly kind: "token"; readonly token: SqlToken }
  | { readonly kind: "group"; readonly nodes: readonly SqlNode[] };

/** Deeper texts are nobody's, and would take as many calls as they have parentheses. */
const deepest = 60;

/** A text by its parentheses, without comments; undefined where they do not match or are very deep. */
export function sqlNodesOf(text: string): readonly SqlNode[] | undefined {
  const open: SqlNode[][] = [[]];
  for (const token of meaningfulTokens(text)) {
    if (token.text === "(") open.push([]);
    else if (token.text === ")") {
      const nodes = open.pop();
      const around = open.at(-1);
      if (nodes === undefined || around === undefined) return undefined;
      around.push({ kind: "group", nodes });
    } else open.at(-1)?.push({ kind: "token", token });
    if (open.length > deepest) return undefined;
  }
  return open.length === 1 ? open[0] : undefined;
}

/** A word or a symbol in lower case, quoted names without quotes; empty for a group, a string and no node. */
export function nodeWord(node: SqlNode | undefined): string {
  if (node?.kind !== "token" || node.token.kind === "string") return "";
  const { kind, text } = node.token;
  return (kind === "quoted" ? text.slice(1, -1) : text).toLowerCase();
}

/** The nodes between those that separate; what separates is told by its place. */
export function splitNodes(
  nodes: readonly SqlNode[],
  separates: (index: number) => boolean,
): readonly (readonly SqlNode[])[] {
  const parts: SqlNode[][] = [[]];
  for (const [index, node] of nodes.entries()) {
    if (separates(index)) parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts;
}

/** Nodes as one text with single spaces, in lower case but for strings: equal where only layout and case differ. */
export function nodesText(nodes: readonly SqlNode[]): string {
  const texts = nodes.map((node) => {
    if (node.kind === "group") return `( ${nodesText(node.nodes)} )`;
    return node.token.kind === "string" ? node.token.text : nodeWord(node);
  });
  return texts.join(" ");
}
