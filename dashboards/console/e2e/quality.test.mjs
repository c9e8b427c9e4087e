// The page of data quality.
import assert from "node:assert/strict";
import { LOCALES, settled } from "./watch.mjs";

/** How every heading is written: in letters of the language, never as a column's name. */
const HEADINGS = { en: /^[A-Z][^_]*$/, "zh-Hant": /^[^_]*\p{Script=Han}[^_]*$/u, "zh-Hans": /^[^_]*\p{Script=Han}[^_]*$/u };

export const tests = {
  "every relation of the server about quality is there": async ({ open, base }) => {
    const sql =
      "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'quality%' AND table_name <> 'quality_status'";
    const { rows } = await (await fetch(`${base}/v1/sql`, { method: "POST", body: sql })).json();
    const page = await open("/console/quality");
    if (rows.length === 0) assert.match(await page.textContent("main"), /no quality_/);
    else assert.equal(await page.locator("[role=tab]").count(), rows.length);
  },

  "a status has its sign and its word": async ({ open }) => {
    const page = await open("/console/quality");
    for (const text of await page.locator(".table .sign").allTextContents()) assert.match(text, /OK|Warning|Act/);
  },
};

for (const language of Object.keys(LOCALES)) {
  tests[`details are headed by words and never say NULL in ${language}`] = async ({ open }) => {
    const page = await open("/console/quality?show=all", { language });
    const tabs = page.locator("main [role=tab]");
    for (let at = 0; at < (await tabs.count()); at += 1) {
      await tabs.nth(at).click();
      await settled(page);
      const panel = page.locator("main [role=tabpanel]");
      const headings = await panel.locator("th").allTextContents();
      assert.deepEqual(
        headings.filter((heading) => !HEADINGS[language].test(heading)),
        [],
      );
      assert.equal(await panel.locator("td", { hasText: /^NULL$/ }).count(), 0, await tabs.nth(at).textContent());
    }
  };
}
