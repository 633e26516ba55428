/** Colours of the page and of the picture, light and dark; every one is repeated by a word, a letter or a hatch. */
export const colours = `:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f6f8fa; --line: #d1d9e0; --ink: #1f2328; --faint: #59636e; --link: #0550ae;
  --good: #1a7f37; --careful: #7d4e00; --bad: #b3131e; --good-ground: #dafbe1; --careful-ground: #fff3c4; --bad-ground: #ffe3e0;
  --cell-complete: #2f8f4e; --cell-none: #e6eaef; --cell-eligible: #a8c7e8; --cell-r0: #7fc08f; --cell-r1: #b9d98a;
  --cell-r2: #ecd06f; --cell-r3: #e0a04c; --cell-waived: #b392d6; --cell-pending: #9aa4b0; --cell-bad: #cf3640; --hatch: #ffffff;
  --band: #cfe3f7; --c0: #3b76b5; --c1: #d9822b; --c2: #5b9a57; --c3: #9a5fb5; --c4: #c4484e; --c5: #7a6a58; --c6: #c26d9c; --c7: #6b7683;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1117; --raised: #151b23; --line: #3d444d; --ink: #f0f6fc; --faint: #a5aeb8; --link: #79b8ff;
    --good: #56d364; --careful: #e3b341; --bad: #ff8f87; --good-ground: #12261e; --careful-ground: #2e2511; --bad-ground: #33181a;
    --cell-complete: #3fa45d; --cell-none: #21262d; --cell-eligible: #355a84; --cell-r0: #2d7a4a; --cell-r1: #68802f;
    --cell-r2: #9a7d22; --cell-r3: #a8631f; --cell-waived: #7d55a8; --cell-pending: #5b6570; --cell-bad: #e5534b; --hatch: #0d1117;
    --band: #1b3553; --c0: #5d9be0; --c1: #e39a4c; --c2: #7cbb75; --c3: #b98ad2; --c4: #e2716f; --c5: #a8967f; --c6: #db92ba; --c7: #949fac;
  }
}
`;

/** Styles of the pictures, by the classes that the charts give. */
export const chartStyles = `svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
svg .axis { fill: var(--faint); } svg .end { text-anchor: end; } svg .middle, svg .letter { text-anchor: middle; }
svg .grid { stroke: var(--line); } svg .ground { fill: var(--raised); }
.s-complete { fill: var(--cell-complete); } .s-skipped { fill: var(--cell-none); } .s-not-eligible, .s-uncounted { fill: var(--cell-eligible); }
.s-explained.r0 { fill: var(--cell-r0); } .s-explained.r1 { fill: var(--cell-r1); } .s-explained.r2 { fill: var(--cell-r2); }
.s-explained.r3 { fill: var(--cell-r3); } .s-waived, .s-frozen { fill: var(--cell-waived); }
.s-pending, .s-not-checked { fill: var(--cell-pending); }
.s-held, .s-untracked, .s-blocked, .s-failed, .s-check-failed, .s-unknown, .tainted-date { fill: var(--cell-bad); }
.hatched { fill: url(#hatch); opacity: 0.45; } .hatch-line { fill: var(--hatch); }
svg .letter { fill: var(--ground); font-weight: 700; paint-order: stroke; stroke: var(--ink); stroke-width: 2px; }
.over-limit { fill: var(--cell-bad); } .taint { fill: var(--ink); } .cursor { fill: none; stroke: var(--ink); stroke-width: 2.5; }
.band { fill: var(--band); } .limit { fill: none; stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 3; }
.value { fill: none; stroke: var(--ink); stroke-width: 1.5; } .over { fill: none; stroke: var(--bad); stroke-width: 2; }
.bar { stroke: var(--ground); } svg .on-bar { fill: var(--ground); font-weight: 600; }
.c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }
.c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .c7 { fill: var(--c7); }
.attempt.good { fill: var(--cell-complete); } .attempt.bad { fill: var(--cell-bad); }
`;
