import { isMap, isSeq, parseDocument, visit, type Document } from "yaml";
import type { StepCase } from "./schema/case-schema.ts";

/** The text of a file of cases with one more, a row a line; comments and the other cases stay as they are. */
export function addCase(text: string | undefined, stepCase: StepCase): string {
  const document: Document = parseDocument(text === undefined || text.trim() === "" ? "cases: []\n" : text);
  const node = document.createNode(shortened(stepCase));
  visit(node, (_, part, path) => {
    const isRow = isMap(part) && path.some((parent) => isSeq(parent));
    const isPlain = isSeq(part) && !part.items.some((item) => isMap(item));
    if (isRow || isPlain) part.flow = true;
  });
  const list = document.get("cases");
  if (isSeq(list)) {
    if (list.items.length === 0) list.flow = false;
    list.add(node);
  } else document.set("cases", document.createNode([node]));
  return document.toString({ lineWidth: 0 });
}

/** A case without what is empty. */
function shortened({ parameters, failures, calendar, expect, given, ...stepCase }: StepCase): object {
  return {
    ...stepCase,
    ...(calendar === undefined ? {} : { calendar }),
    ...withoutEmpty({ parameters, given, failures }),
    expect: withoutEmpty(expect),
  };
}

function withoutEmpty(parts: Readonly<Record<string, object>>): object {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.values(part).length > 0));
}
