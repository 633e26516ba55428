import fc from "fast-check";

const names = [
  "add-mask",
  "stop-commands",
  "warning file=a.ts,line=1",
  "error file=a.ts;line=1",
  "add-matcher",
  "debug",
];
const spaces = [
  "",
  " ",
  "\t",
  "\u0085",
  "\u00A0",
  "\u3000",
  "\u2028",
  "\n",
  "\r",
  "\r\n",
  "\u000B",
  "\u001C",
  "\u200B",
  "\uFEFF",
];
const seams = [
  "",
  "",
  "",
  "\u200B",
  "\u00AD",
  "\u0000",
  "\u2060",
  "\u180B",
  "\u{E0100}",
  "\u034F",
  "\uFE0F",
  "\u001B[0m",
];

/** A command of GitHub's runner, in either syntax, at any position of a text, with what comparisons skip in between. */
export function commandText(): fc.Arbitrary<string> {
  const piece = fc.tuple(
    fc.constantFrom(...spaces),
    fc.constantFrom("##[", "::", "###[", "##[##[", ":::"),
    fc.constantFrom(...seams),
    fc.constantFrom(...names),
    fc.constantFrom("]", "::", "]::", ""),
    fc.constantFrom("x", "word", ""),
  );
  const command = piece.map(([space, mark, seam, name, end, data]) => {
    return `${space}${mark.split("").join(seam)}${name}${end}${data}`;
  });
  return fc
    .array(fc.oneof(command, fc.constantFrom(...spaces), fc.constantFrom("id", "'", "%0A")), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join(""));
}
