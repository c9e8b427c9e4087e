// The page of data quality.
import assert from "node:assert/strict";

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
