import { cutText } from "./clean-text.ts";
import { escapeLog } from "./log-text.ts";

declare const annotationText: unique symbol;

/** Text of an annotation: visible characters, and no command where the runner repeats it in the log. */
export type AnnotationText = string & { readonly [annotationText]: true };

/** Characters of an annotation; GitHub cuts what is much longer. */
const longest = 4000;

/** Any text as that of an annotation, or as its title. */
export function escapeAnnotation(text: string, limit = longest): AnnotationText {
  return cutText(escapeLog(text), limit) as AnnotationText;
}
