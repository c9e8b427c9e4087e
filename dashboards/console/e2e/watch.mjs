// A page of the console under watch: what it says on the console, what it breaks of the content
// policy, whom it asks, and what axe finds in it.
import AxeBuilder from "@axe-core/playwright";
import assert from "node:assert/strict";

/** Languages of the console by the browser's locale that asks for each. */
export const LOCALES = { en: "en-GB", "zh-Hant": "zh-HK", "zh-Hans": "zh-CN" };

/** How long a page may take on a busy machine, in milliseconds; budgets.test.mjs is about speed. */
const WAIT_MS = 60_000;

/** A browser that used less than so many seconds of processor time within so many milliseconds is at rest. */
const REST_MS = 200;
const REST_CPU_S = 0.01;

/** Ids of all pages and the keys after `g`. */
export const PAGES = {
  kpis: "k",
  anomalies: "a",
  forecasts: "f",
  rules: "r",
  sql: "s",
  catalog: "c",
  finance: "m",
  reports: "p",
  quality: "q",
  status: "t",
};

/**
 * Opens a page. Options: `language`, `colorScheme`, `viewport`, `mayRefuse` (true where addresses
 * may answer with an error, which the page then shows), `rested` (true where the browser first ends
 * what a new window makes it do).
 */
export async function openWatched(browser, base, path, options = {}) {
  const {
    language = "en",
    colorScheme = "light",
    viewport = { width: 1280, height: 800 },
    mayRefuse = false,
    rested = false,
  } = options;
  const context = await browser.newContext({
    locale: LOCALES[language],
    colorScheme,
    viewport,
    timezoneId: "Asia/Hong_Kong",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    // The browser itself reports answers of 4xx and 5xx as errors; the page shows them as its own.
    const isRefusal = message.text().startsWith("Failed to load resource") && mayRefuse;
    if (message.type() === "error" && !isRefusal) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== new URL(base).origin) faults.push(`asked ${url}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  if (rested) await untilAtRest(browser);
  await page.goto(new URL(path, base).href);
  await settled(page);
  return Object.assign(page, {
    faults,
    assertClean: () => assert.deepEqual(faults, [], "the page did something that it must not"),
    close: () => context.close(),
  });
}

/** Waits until all processes of the browser together use next to no processor time. */
async function untilAtRest(browser) {
  const session = await browser.newBrowserCDPSession();
  const usedS = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const deadline = performance.now() + WAIT_MS;
  let before = await usedS();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const now = await usedS();
    if (now - before < REST_CPU_S) break;
    assert.ok(performance.now() < deadline, "the browser never came to rest");
    before = now;
  }
  await session.detach();
}

/** Waits until the page has a heading and nothing is loading. */
export async function settled(page) {
  await page.waitForSelector("main h1", { timeout: WAIT_MS });
  await page.waitForFunction(() => !document.querySelector("main .loading"), undefined, { timeout: WAIT_MS });
}

/** Fails where axe finds something serious or critical; by these rules only where they are given. */
export async function assertAccessible(page, where, rules) {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(
            (node) =>
              `${node.target.join(" ")} ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ""}`,
          )
          .join("; ")}`,
    );
  assert.deepEqual(grave, [], `axe on ${where}`);
}
