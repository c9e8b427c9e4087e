// The status page as an engineer uses it.
import assert from "node:assert/strict";
import { assertAccessible, settled } from "./watch.mjs";

/** Runs for minutes where nobody stops it. */
const LONG_SQL = "SELECT count(*) FROM invoice_events a CROSS JOIN invoice_events b WHERE a.event_id < b.event_id";

export const tests = {
  "sections are opened by arrows": async ({ open }) => {
    const page = await open("/console/status");
    await page.focus("[role=tab][aria-selected=true]");
    for (const section of ["letters", "tables", "jobs", "queries"]) {
      await page.keyboard.press("ArrowRight");
      await page.waitForURL(`**section=${section}*`);
      await settled(page);
    }
  },

  "what is wrong by the server's own metrics leads to where one looks at it": async ({ open }) => {
    const page = await open("/console/quality");
    const levels = ["completeness", "validity"].map(
      (aspect, at) => `tidemark_quality_level{aspect="${aspect}",stream="usage"} ${2 - at}\n`,
    );
    const full = "tidemark_store_free_bytes 1\ntidemark_store_size_bytes 1000\n";
    const spent = 'tidemark_budget_used{category="ai",city="HKG"} 1.2\n';
    await page.route("**/metrics", (route) => route.fulfill({ body: levels.join("") + full + spent }));
    await page.click("nav a[href*='/status']");
    const rows = page.locator("[role=grid][aria-label^='Platform and data'] tbody tr");
    await rows.filter({ hasText: "Data quality: validity" }).waitFor();
    const texts = await rows.allTextContents();
    const found = (what, level) => texts.findIndex((text) => text.includes(what) && text.includes(level));
    assert.ok(found("The disk of the lake is nearly full", "Act") >= 0, texts.join("; "));
    assert.ok(found("Budget of the month spent: ai", "Act") >= 0, texts.join("; "));
    // What must be acted on comes first.
    const [act, warn] = [found("Data quality: completeness", "Act"), found("Data quality: validity", "Warning")];
    assert.ok(act >= 0 && act < warn, texts.join("; "));
    await assertAccessible(page, "what is wrong");
    await rows.filter({ hasText: "Budget of the month" }).locator("a").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/console\/finance\?.*view=budgets/);
    assert.equal(new URL(page.url()).searchParams.get("city"), "HKG");
  },

  "the newest refused records of a reason are shown with what was sent": async ({ open }) => {
    const page = await open("/console/status?section=letters");
    await page.locator("button", { hasText: "Show" }).first().click();
    await page.waitForSelector("dialog .letters li");
    await assertAccessible(page, "refused records");
    assert.ok((await page.locator("dialog pre").count()) > 0);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  },

  "a replay is asked for before it is done": async ({ open }) => {
    const page = await open("/console/status?section=letters");
    let numReplays = 0;
    page.on("request", (request) => {
      numReplays += request.url().includes("/replay") ? 1 : 0;
    });
    await page.locator("button", { hasText: "Replay" }).first().click();
    await page.waitForSelector("dialog[open]");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    assert.equal(numReplays, 0);
  },

  "a running query is cancelled and stops": async ({ open, base }) => {
    const asked = fetch(`${base}/v1/sql`, { method: "POST", body: LONG_SQL }).then(
      (answer) => answer.text(),
      (error) => String(error),
    );
    const page = await open("/console/status?section=queries");
    const row = page.locator("tbody tr", { hasText: "CROSS JOIN" });
    await row.locator("button").click({ timeout: 20_000 });
    await row.waitFor({ state: "detached", timeout: 20_000 });
    assert.match(await asked, /cancel/i);
  },

  "a server that is gone is said to be gone": async ({ open }) => {
    const page = await open("/console/status", { mayRefuse: true });
    await page.route("**/v1/**", (route) => route.abort());
    await page.route("**/metrics", (route) => route.abort());
    await page.waitForSelector(".notice.act", { timeout: 20_000 });
    assert.match(await page.textContent(".notice.act"), /cannot be reached/);
  },
};
