import { chartStyles, colours } from "./colours.ts";

/** The page's only style sheet; its hash is what the content security policy allows. */
export const pageStyle = `${colours}${chartStyles}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 16px; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.35; margin: 0 0 4px; } h2 { font-size: 1.15rem; margin: 36px 0 8px; border-bottom: 1px solid var(--line); padding-bottom: 4px; }
h3 { font-size: 1rem; margin: 12px 0 4px; } h4 { font-size: 0.95rem; margin: 10px 0 2px; }
a { color: var(--link); } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.verdict { border-left: 8px solid var(--faint); background: var(--raised); padding: 12px 16px; border-radius: 6px; }
.verdict.ok { border-color: var(--good); background: var(--good-ground); } .verdict.warning { border-color: var(--careful); background: var(--careful-ground); }
.verdict.action { border-color: var(--bad); background: var(--bad-ground); } .verdict p { margin: 2px 0; }
.facts, .legend, nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 8px 0; color: var(--faint); }
.warnings { border: 1px solid var(--careful); border-radius: 6px; padding: 8px 16px; margin: 12px 0; background: var(--careful-ground); }
.warnings ul, .steps { margin: 4px 0; padding-left: 22px; }
pre, code { font: 13px/1.45 ui-monospace, monospace; } pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; margin: 4px 0 12px; white-space: pre-wrap; }
.scroll { overflow-x: auto; max-width: 100%; } table { border-collapse: collapse; font-size: 0.9rem; }
th, td { text-align: left; padding: 4px 10px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: normal; }
th { position: sticky; top: 0; background: var(--ground); white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.good::before, td.fine::before { content: "✓ "; color: var(--good); } td.careful::before { content: "! "; color: var(--careful); font-weight: 700; } td.bad::before { content: "✗ "; color: var(--bad); font-weight: 700; }
td.good, td.fine { color: var(--good); } td.careful { color: var(--careful); } td.bad { color: var(--bad); font-weight: 600; } td.good, td.careful, td.bad, td.fine { white-space: nowrap; }
td.short { white-space: nowrap; } td.long { min-width: 11em; }
.heat-box { display: flex; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.heat-names { flex: none; max-width: 34vw; padding: 26px 8px 0 10px; background: var(--raised); } .heat-names div { height: 20px; line-height: 20px; font-size: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.heat-scroll { overflow-x: auto; flex: 1; cursor: crosshair; padding-right: 8px; } .heat { display: block; } .heat-scroll:focus-visible { outline-offset: -3px; }
.readout { position: sticky; bottom: 0; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px; margin: 8px 0; min-height: 2.6em; font-variant-numeric: tabular-nums; }
.details { border: 1px solid var(--line); border-radius: 6px; padding: 4px 16px 12px; margin: 8px 0; max-height: 60vh; overflow-y: auto; } .details ul { columns: 22em; column-gap: 2em; margin: 2px 0; padding-left: 18px; }
.swatch { width: 14px; height: 14px; vertical-align: -2px; margin-right: 5px; } .legend li { display: inline-flex; align-items: center; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 12px; } figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: 8px; }
figcaption { font-size: 0.85rem; } .rate { width: 100%; height: auto; } .categories, .timeline, .taints { max-width: none; }
.filters { display: flex; flex-wrap: wrap; gap: 8px 14px; margin: 8px 0; align-items: end; } .filters label { display: grid; font-size: 0.85rem; color: var(--faint); } .filters .check { display: flex; gap: 6px; align-items: center; padding-bottom: 6px; }
input, select, button { font: inherit; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: 5px 9px; max-width: 100%; } button { cursor: pointer; background: var(--raised); }
th button { border: 0; background: none; padding: 0; font-weight: 600; } [data-direction="ascending"]::after { content: " ▲"; } [data-direction="descending"]::after { content: " ▼"; }
button.link { border: 0; background: none; padding: 0; color: var(--link); text-decoration: underline; white-space: nowrap; }
.box-done::before { content: "☑ "; } .box-open::before, .box-unknown::before { content: "☐ "; } .boxes { list-style: none; padding: 0; } .box-open { color: var(--bad); } .box-unknown { color: var(--careful); }
footer { margin: 40px 0 8px; color: var(--faint); font-size: 0.85rem; } details > summary { cursor: pointer; margin: 8px 0; }
@media (max-width: 480px) { body { padding: 10px; font-size: 14px; } th, td { padding: 3px 6px; } }
@media print { .heat-scroll, .scroll { overflow: visible; } .filters, #partition-more, nav { display: none; } }
`;
