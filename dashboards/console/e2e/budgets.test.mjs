// Budgets: bytes over the wire, time to the first figures.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const ASSETS = new URL("../dist/assets", import.meta.url).pathname;

/** Bytes after gzip that all assets together may have, and those that the first page needs. */
const ALL_BYTES_MAX = 250_000;
const FIRST_PAGE_BYTES_MAX = 50_000;

/** Milliseconds on loopback: until the first page is drawn with its figures, and until another page is. */
const FIRST_LOAD_MS_MAX = 300;
const PAGE_MS_MAX = 100;

/** The middle of so many loads counts. */
const LOADS = 7;

/** More runnable processes a core than this are other work: a time measured beside it says nothing of the console. */
const LOAD_MAX = 1.5;

export const tests = {
  "all assets are within their budget": async () => {
    const bytes = readdirSync(ASSETS).map((name) => gzipSync(readFileSync(join(ASSETS, name)), { level: 9 }).length);
    const total = bytes.reduce((sum, one) => sum + one, 0);
    assert.ok(total < ALL_BYTES_MAX, `${total} bytes`);
  },

  "the first page needs few bytes": async ({ open, base }) => {
    const page = await open("/console/");
    const names = await page.evaluate(() => performance.getEntriesByType("resource").map((one) => one.name));
    let total = 0;
    for (const name of names.filter((name) => name.startsWith(new URL("/console/", base).href))) {
      total += gzipSync(readFileSync(join(ASSETS, new URL(name).pathname.split("/").pop())), { level: 9 }).length;
    }
    assert.ok(total > 0 && total < FIRST_PAGE_BYTES_MAX, `${total} bytes`);
  },

  "the first load draws figures in time": async ({ open, base }) => {
    const times = [];
    for (let load = 0; load < LOADS; load += 1) {
      // A person's browser is open and at rest; a new window, without which files would be kept, starts processes.
      const page = await open("/console/", { rested: true });
      await page.waitForFunction(() => performance.getEntriesByName("figures").length > 0);
      times.push(await page.evaluate(() => performance.getEntriesByName("figures")[0].startTime));
      // Left open, it would go on asking for what is new beside the next.
      await page.close();
    }
    assertMedian(times, FIRST_LOAD_MS_MAX, base);
  },

  "the KPI page comes back in time": async ({ open, base }) => {
    const page = await open("/console/status");
    const times = [];
    for (let load = 0; load < LOADS; load += 1) {
      times.push(await page.evaluate(timeToTiles));
      await page.click("nav a[href*='/status']");
      await page.waitForSelector("main .tiles", { state: "detached" });
    }
    assertMedian(times, PAGE_MS_MAX, base);
  },
};

/** Milliseconds from a click on the KPI page's link to its tiles. */
async function timeToTiles() {
  const startedAt = performance.now();
  document.querySelector("nav a[href*='/kpis']").click();
  while (!document.querySelector("main .tile-value")) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return performance.now() - startedAt;
}

function assertMedian(times, max, base) {
  const sorted = [...times].sort((one, other) => one - other).map(Math.round);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(`        ${base}: ${sorted.join(" ")} ms, median ${median} of ${max}`);
  const load = loadavg()[0] / availableParallelism();
  if (load > LOAD_MAX) console.log(`        not judged: ${load.toFixed(1)} processes a core`);
  else assert.ok(median < max, `median ${median} ms of ${max}`);
}
