// The KPI pages as a manager uses them, by keyboard where it can be.
import assert from "node:assert/strict";
import { assertAccessible, settled } from "./watch.mjs";

export const tests = {
  "a tile leads to its KPI, and back": async ({ open }) => {
    const page = await open("/console/");
    const tile = page.locator(".tile h3 a").first();
    const title = await tile.textContent();
    await tile.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console/kpis/*");
    await settled(page);
    assert.ok((await page.textContent("main h1")).startsWith(title));
    await page.goBack();
    await page.waitForSelector(".tile h3 a");
  },

  "a tile's course is drawn after its figure": async ({ open }) => {
    const page = await open("/console/");
    const course = page.locator(".tile", { has: page.locator("a[href*='/kpis/automation_rate']") }).locator("svg");
    await course.waitFor();
    assert.match(await course.getAttribute("aria-label"), /, last 30: from [\d.]+% to [\d.]+%$/);
    assert.ok((await course.locator("polyline").getAttribute("points")).split(" ").length > 20);
  },

  "the city of the address is that of the figures, and links keep it": async ({ open }) => {
    const page = await open("/console/kpis?city=HKG");
    assert.match(await page.textContent("main h1"), /Hong Kong/);
    await page.locator(".tile h3 a").first().click();
    await page.waitForURL(/\/kpis\/\w+\?city=HKG/);
    await settled(page);
    assert.match(await page.textContent("main h1"), /Hong Kong/);
    assert.match(await page.getAttribute("nav a[href*='/status']", "href"), /city=HKG/);
  },

  "a tile shows what SQL says of that day": async ({ open, base }) => {
    const page = await open("/console/kpis?city=HKG");
    const tile = page.locator(".tile", { has: page.locator("a[href*='/kpis/invoices_settled']") });
    const shown = (await tile.locator(".tile-value").textContent()).replaceAll(",", "");
    const sql =
      "SELECT numerator FROM kpi_daily WHERE kpi = 'invoices_settled' AND city = 'HKG' " +
      "AND bucket < CAST(now() AT TIME ZONE 'Asia/Hong_Kong' AS DATE) ORDER BY bucket DESC LIMIT 1";
    const answer = await (await fetch(`${base}/v1/sql`, { method: "POST", body: sql })).json();
    assert.equal(Number(shown), Number(answer.rows[0][0]));
  },

  "finding a KPI leaves only those that match": async ({ open }) => {
    const page = await open("/console/kpis");
    await page.keyboard.press("/");
    await page.keyboard.type("automation");
    await page.waitForFunction(() => document.querySelectorAll(".tile").length === 1);
    assert.match(page.url(), /find=automation/);
  },

  "what needs attention has its sign and its word": async ({ open }) => {
    const page = await open("/console/kpis?only=attention");
    const signs = await page.locator(".tile .sign").allTextContents();
    assert.equal(signs.length, await page.locator(".tile").count());
    assert.ok(
      signs.every((sign) => /Warning|Act/.test(sign)),
      signs.join(),
    );
  },

  "a chart is a table too, and its cursor goes by keys": async ({ open }) => {
    const page = await open("/console/kpis/invoices_settled?city=HKG");
    await page.waitForSelector(".plot svg");
    await page.focus(".plot");
    await page.keyboard.press("ArrowLeft");
    const reading = await page.textContent(".legend");
    assert.match(reading, /\d/);
    await page.waitForFunction(() => /\d/.test(document.querySelector("[role=status].unseen").textContent));
    await page.getByRole("button", { name: "Show as table" }).click();
    assert.ok((await page.locator(".chart table tbody tr").count()) > 1);
  },

  "forwarders are compared over a span that suits what is looked at, and lead to their course": async ({ open, base }) => {
    const page = await open("/console/kpis/automation_rate?city=HKG&grain=month");
    assert.match(await page.textContent("#by-forwarder"), /the 12 months up to/);
    await page.goto(new URL("/console/kpis/automation_rate?city=HKG", page.url()).href);
    await settled(page);
    assert.match(await page.textContent("#by-forwarder"), /the 28 days up to/);
    const section = page.locator("section[aria-labelledby=by-forwarder]");
    const forwarder = section.locator(":scope > .table tbody a").first();
    const name = await forwarder.textContent();
    await forwarder.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console/kpis/automation_rate?*forwarder=*");
    await section.locator(".plot svg").waitFor();
    const chart = section.locator(".chart");
    assert.ok((await chart.locator("figcaption strong").textContent()).includes(`${name}, Hong Kong`));
    const link = await section.getByRole("link", { name: "Open in the SQL editor" }).getAttribute("href");
    const sql = new URL(link, page.url()).searchParams.get("q");
    assert.ok(sql.includes(name === "without a forwarder" ? "forwarder IS NULL" : `forwarder = '${name}'`), sql);
    const answer = await (await fetch(`${base}/v1/sql`, { method: "POST", body: sql })).json();
    await chart.getByRole("button", { name: "Show as table" }).click();
    const days = await chart.locator("[role=grid] tbody tr td:nth-child(2)").allTextContents();
    assert.equal(days.filter((value) => /\d/.test(value)).length, answer.rows.length, "a figure for each day that has one");
    await assertAccessible(page, "a forwarder's course");
  },

  "a KPI that is not there says so": async ({ open }) => {
    const page = await open("/console/kpis/no_such_kpi");
    assert.match(await page.textContent("main h1"), /no_such_kpi/);
  },

  "a page that is not there says so": async ({ open }) => {
    const page = await open("/console/no-such-page");
    assert.match(await page.textContent("main h1"), /no such page/);
  },

  "language and theme stay when the page is loaded anew": async ({ open }) => {
    const page = await open("/console/kpis");
    await page.selectOption(".chooser select:has(option[value='zh-Hant'])", "zh-Hant");
    await page.selectOption(".chooser select:has(option[value='dark'])", "dark");
    await page.reload();
    await settled(page);
    assert.equal(await page.getAttribute("html", "lang"), "zh-Hant");
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  },
};
