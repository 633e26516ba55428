import type { Problem } from "./problem.ts";

/** Largest file that is part of a runbook. */
export const largestFileBytes = 5_000_000;

/** Most files of a runbook, and most bytes of them together. */
const mostFiles = 500;
const mostBytes = 20_000_000;

/** A file or link of a runbook's folder, with forward slashes from there. */
export type ListedFile = { readonly path: string; readonly kind: "file" | "link"; readonly size: number };

/** Whether a path is hidden, by its own name or that of a folder: it is no part of a runbook. */
export function isHidden(path: string): boolean {
  return /(?:^|\/)\./.test(path);
}

/** What keeps the files of a folder from being read: links, which may lead out of it, and too many or too large ones. */
export function checkSize(listed: readonly ListedFile[]): readonly Problem[] {
  const own = listed.filter(({ path }) => !isHidden(path));
  const files = own.filter(({ kind, size }) => kind === "file" && size <= largestFileBytes);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const links = own.filter(({ kind }) => kind === "link");
  return [
    ...links.map(({ path }) => problemOf(path, "It is a symbolic link", "put the file itself here")),
    ...(files.length > mostFiles ? [tooMuch(`${files.length} files, over ${mostFiles}`)] : []),
    ...(bytes > mostBytes ? [tooMuch(`${bytes} bytes, over ${mostBytes}`)] : []),
  ];
}

function tooMuch(found: string): Problem {
  return problemOf("runbook.yml", `Its folder holds ${found}`, "keep data and generated files elsewhere");
}

function problemOf(file: string, message: string, hint: string): Problem {
  return { place: { file, line: 1, column: 1 }, message, hint };
}
