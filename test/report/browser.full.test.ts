import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { renderMarkdown } from "../../src/report/markdown/render-markdown.ts";
import { goldenCases } from "./golden-cases.ts";
import { hostileModel } from "./hostile-model.ts";
import { hostileStrings } from "./hostile-text.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const executablePath = "/usr/bin/chromium";
const withoutBrowser = existsSync(executablePath) ? false : `needs a browser, ${executablePath}`;
const { after, before, describe, it } = testsThatNeed(withoutBrowser);

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const views: Readonly<Record<string, BrowserContextOptions>> = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 780 } },
};

/** Cases of which pictures are taken in every view; the others are opened on a phone. */
const pictured = new Set(["december-over-budget", "blocked", "fifty-processors"]);

/** What a page did that it must not do. */
type Trouble = { readonly messages: string[]; readonly requests: string[] };

describe("report.html in a browser", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "cascade-report-"));
  before(async () => {
    browser = await chromium.launch({ executablePath, args });
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    html: string,
    view: BrowserContextOptions = views["light"] ?? {},
  ): Promise<{ page: Page; trouble: Trouble }> {
    const path = join(folder, `${Math.abs(hashOf(html))}.html`);
    writeFileSync(path, html);
    const context = await browser.newContext(view);
    await context.setOffline(true);
    const page = await context.newPage();
    const trouble: Trouble = { messages: [], requests: [] };
    page.on("console", (message) => trouble.messages.push(message.text()));
    page.on("pageerror", (error) => trouble.messages.push(error.message));
    page.on("dialog", (dialog) => trouble.messages.push(dialog.message()));
    page.on("request", (request) => trouble.requests.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    return { page, trouble };
  }

  it("opens from disk without network, request or complaint, and fits every screen", async () => {
    const shots = join(tmpdir(), "cascade-screenshots");
    mkdirSync(shots, { recursive: true });
    for (const { name, model } of goldenCases()) {
      const all = Object.entries(views).filter(([view]) => view === "phone" || pictured.has(name));
      for (const [view, options] of all) {
        const { page, trouble } = await open(renderHtml(model), options);
        assert.deepEqual(trouble.messages, []);
        assert.deepEqual(trouble.requests, [page.url()]);
        const width = Number(await page.evaluate("document.documentElement.scrollWidth"));
        assert.ok(width <= (options.viewport?.width ?? 0), `${name} ${view}: ${width}`);
        await page.screenshot({ path: join(shots, `${name}-${view}.png`) });
        await page.context().close();
      }
    }
  });

  it("tells counts and categories of a cell by mouse and by keyboard, and its entities on Enter", async () => {
    const { page, trouble } = await open(renderHtml(modelOf("all-green")));
    const cells = page.locator("#heat-cells");
    await cells.scrollIntoViewIfNeeded();
    await cells.hover({ position: { x: 45, y: 30 } });
    const readout = page.locator("#heat-readout");
    assert.equal(
      await readout.textContent(),
      "P2 2024-01-03: explained. 10 expected = 9 present + 1 explained (10.0 %) + 0 waived + 0 untracked. TOO_NEW 1",
    );
    await page.focus("#heat-map");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    assert.match((await readout.textContent()) ?? "", /^P3 2024-01-10: explained\./);
    await page.keyboard.press("Enter");
    assert.match(
      (await page.locator("#partition-details").textContent()) ?? "",
      /P3 2024-01-10.*entity-1 1 of 5 days/,
    );
    await page.focus("#heat-map");
    await page.keyboard.press("Home");
    assert.match((await readout.textContent()) ?? "", /^P3 2024-01-01: /);
    assert.deepEqual(trouble.messages, []);
  });

  it("opens the entities of a cell that is clicked", async () => {
    const { page } = await open(renderHtml(modelOf("all-green")));
    await page.locator("#heat-cells").click({ position: { x: 5, y: 70 } });
    assert.match((await page.locator("#partition-details").textContent()) ?? "", /^P4 2024-01-01/);
  });

  it("filters and sorts the partitions", async () => {
    const { page, trouble } = await open(renderHtml(modelOf("blocked")));
    const count = page.locator("#partition-count");
    assert.equal(await count.textContent(), "40 of 40 partitions (40 in all)");
    await page.selectOption("#filter-status", "blocked");
    assert.equal(await count.textContent(), "6 of 6 partitions (40 in all)");
    await page.selectOption("#filter-status", "");
    await page.check("#filter-bad");
    assert.equal(await count.textContent(), "6 of 6 partitions (40 in all)");
    await page.fill("#filter-text", "2024-01-09");
    assert.equal(await count.textContent(), "3 of 3 partitions (40 in all)");
    await page.uncheck("#filter-bad");
    await page.fill("#filter-text", "");
    await page.click("[data-sort=present]");
    const first = page.locator("#partition-rows tr").first();
    assert.match((await first.textContent()) ?? "", /blocked/);
    await page.click("[data-sort=present]");
    assert.match((await first.textContent()) ?? "", /explained/);
    assert.deepEqual(trouble.messages, []);
  });

  it("shows a year of 50 processors a hundred rows at a time", async () => {
    const { page, trouble } = await open(renderHtml(modelOf("fifty-processors")));
    assert.equal(await page.locator("#partition-rows tr").count(), 100);
    await page.click("#partition-more");
    assert.equal(await page.locator("#partition-rows tr").count(), 200);
    assert.deepEqual(trouble.messages, []);
  });

  it("runs nothing from hostile data, in the page, the details or the table", async () => {
    const model = hostileModel({ texts: hostileStrings, processors: 12, days: 6 });
    const { page, trouble } = await open(renderHtml(model));
    await page.focus("#heat-map");
    for (const key of ["Enter", "ArrowDown", "Enter", "ArrowRight", "Enter"]) {
      await page.focus("#heat-map");
      await page.keyboard.press(key);
    }
    await page.fill("#filter-text", "<script>");
    assert.deepEqual(trouble.messages, []);
    assert.deepEqual(trouble.requests, [page.url()]);
    assert.equal(await page.locator("img, iframe").count(), 0);
  });

  it("draws every Mermaid block by the real Mermaid, strictly, without an error", async () => {
    const texts = [
      ...goldenCases().map(({ model }) => model),
      hostileModel({ texts: hostileStrings, processors: 12, days: 6 }),
    ];
    const blocks = texts.flatMap((model) => mermaidBlocks(renderMarkdown(model)));
    assert.ok(blocks.length > 20);
    const { page } = await open("<!doctype html><title>Mermaid</title><main></main>");
    await page.addScriptTag({
      content: readFileSync(new URL("mermaid.min.js", import.meta.resolve("mermaid")), "utf8"),
    });
    const drawn = await page.evaluate(drawAll, blocks);
    assert.deepEqual(
      drawn.filter((result) => !result.startsWith("<svg")),
      [],
    );
    assert.ok(drawn.every((svg) => !/<script|href="javascript|onerror=/.test(svg)));
  });
});

function modelOf(name: string): ReturnType<typeof goldenCases>[number]["model"] {
  const found = goldenCases().find((known) => known.name === name);
  if (found === undefined) throw new Error(`No golden case "${name}"`);
  return found.model;
}

function mermaidBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```mermaid\n([^]*?)\n```$/gm)].map(([, block = ""]) => block);
}

type Mermaid = {
  readonly initialize: (options: object) => void;
  readonly render: (id: string, text: string) => Promise<{ readonly svg: string }>;
};

/** Runs in the page. */
async function drawAll(blocks: readonly string[]): Promise<string[]> {
  const { mermaid } = globalThis as unknown as { readonly mermaid: Mermaid };
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
  const results: string[] = [];
  for (const [index, block] of blocks.entries()) {
    try {
      results.push((await mermaid.render(`m${index}`, block)).svg);
    } catch (error) {
      results.push(`${String(error)}\n${block}`);
    }
  }
  return results;
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
