import fc from "fast-check";
import { inert } from "../../src/report/text/markdown-text.ts";

/** Strings that try to change structure, ping people, make links or run script. */
export const hostileStrings: readonly string[] = [
  "`code` ``more`` ```fence```",
  "type `cascade run --dates x`, or (`@octocat`). `|` `\\|` ` a` `b`c` d`` e",
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
  "![image](https://evil.example/p.png) ![][r] [r]: https://evil.example/r <https://evil.example/a>",
  "[^1] [^1]: a footnote $x^2$ :boom: - [ ] task\n- [x] done\n> [!WARNING]\n> an alert",
  "~~~mermaid\ngraph TD; a-->b\n~~~\n```math\nx\n```\n    indented",
  "org/repo@0123456789abcdef0123456789abcdef01234567 GHSA-aaaa-bbbb-cccc CVE-2024-0001 mailto:a@b.example",
  "&colon;&lpar;&#x40;octocat &#x202E; \\u0040octocat \\@octocat",
  "<svg/onload=alert(1)><a href=javascript:alert(1)>x</a><style>*{}</style><iframe srcdoc=x></iframe>",
  "' onmouseover='alert(1) \" autofocus onfocus=alert(1) x=\"",
  "<![CDATA[ x ]]> <?php x ?> <!doctype html> </title></textarea></noscript><plaintext>",
  "\u001B]0;owned\u0007\u001B]8;;https://evil.example\u001B\\link\u001B]8;;\u001B\\",
  "\u001B[2J\u001B[1;1H\u001B[32mOK: Full coverage\u001B[39m\u001B[6n\u001BP+q\u001B\\",
  "\u009D0;owned\u009C\u009B2J\rover\bwritten\u000B\u000C\u008D",
  "x ##[error]stolen ##[add-mask]word\u0085::add-mask::word\u0085##[stop-commands]token",
  "::error file=a.ts,line=1::stolen%0A::warning::x\r::stop-commands::token\u2028::debug::x",
  "click a call alert(1) \"]; a --> b; %% comment\n%%{init: {'theme': 'dark'}}%%\nend\nsubgraph x",
  "- a: 1\n&anchor *alias !!js/function x\n---\n? key\n: |\n  # no\n<<: *a",
  "'; drop table x; -- */ /* \" ` $$ union select 1 from pg_catalog.pg_tables where '1'='1",
  "$(touch x) `touch x` ; rm -rf ~ && true || false | cat > x 2>&1 <<EOF\n!! $HOME ${IFS} *",
  '=HYPERLINK("https://evil.example";"x") +1+cmd|\' /C calc\'!A0 @SUM(1) -2+3\t=1',
  "\uFF20octocat \uFE6B\u2100 \u{1F1E9}\u{1F1EA} e\u0301 \u0430dmin \uFF1C\u1D2Cscript\uFF1E",
  "\u2800blank\u3164\u115F\uFFA0filler\u00A0\u3000wide",
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

/** What a reader of escaped Markdown sees of a text: marks around a piece of code, a word of its own, are mark-up. */
export function shownText(text: string, limit?: number): string {
  const code = /(?<=^| )(\(?)`([^` ]|[^` ][^`]*[^` ])`([),.:;]*)(?= |$)/g;
  return inert(text, limit).replaceAll(code, "$1$2$3");
}
