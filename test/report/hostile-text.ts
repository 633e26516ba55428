import fc from "fast-check";

/** Strings that try to change structure, ping people, make links or run script. */
export const hostileStrings: readonly string[] = [
  "`code` ``more`` ```fence```",
  "a|b||c\\|d\\\\|e",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "</details></summary></script><!-- comment -->",
  "@octocat @org/team user@example.com",
  "#123 org/repo#5 GH-7 0123456789abcdef0123456789abcdef01234567",
  "${{ secrets.TOKEN }} $(id) `id` %0A::set-output",
  "\u202Eright to left\u202C \u200Fmark\u2066isolate",
  "https://evil.example www.evil.example javascript:alert(1) [x](http://evil.example)",
  "line one\nline two\r\n\r\n# heading\n- item\n| a | b |",
  "zero\u200Bwidth\uFEFF\u00AD\u2060\u{E0041}",
  "  1. list\n> quote\n***\n---\n===",
  "*bold* _under_ ~~gone~~ **__`",
  "&lt;b&gt; &#64;octocat &commat; &num;1",
  "\u001B[31mred\u001B[0m\u0007\u0000\u009B1m",
  "\uD800 half \uDFFF",
  ']]> --> %%{init: {}}%% "]:::bad click n0 href "javascript:alert(1)"',
  "'; drop table x; -- \"quoted\" 'single'",
  "",
  " ",
  "`",
  "\\",
  "|",
];

/** Any hostile text: one of the list, pieces of it, or any characters at all. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...hostileStrings),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(
        "`",
        "|",
        "\\",
        "<",
        "@",
        "#",
        "\n",
        " ",
        "a",
        "\u202E",
        "*",
        "_",
        "]",
        "(",
        "${{",
      ),
      maxLength: 40,
    }),
    fc
      .tuple(fc.constantFrom(...hostileStrings), fc.constantFrom(...hostileStrings))
      .map((pair) => pair.join(" ")),
  );
}
