// The pages of forecasts and rules: every view in every language, chosen by mouse and by keyboard.
import assert from "node:assert/strict";
import { assertAccessible, LOCALES, settled } from "./watch.mjs";

const VIEWS = [
  "forecasts?view=outlook",
  "forecasts?view=scores",
  "forecasts?view=capacity",
  "forecasts?view=experiments",
  "rules?view=feedback",
  "rules?view=accuracy",
];

/**
 * A young instance has no forecast of what is used whose days are over: its newest one is laid over the days of five
 * weeks ago. The server answers all the rest.
 */
function fiveWeeksAgo(asked) {
  const forecasts = `(SELECT made_at, series, city, forwarder, grain, mean, lower80, upper80, lower95, upper95,
    horizon_at - INTERVAL '35 days' AS horizon_at FROM forecasts)`;
  const scores = `(SELECT f.*, u.day, u.value AS actual, u.value - f.mean AS error, abs(u.value - f.mean) / nullif(u.value, 0) AS ape,
    u.value BETWEEN f.lower80 AND f.upper80 AS covered80, u.value BETWEEN f.lower95 AND f.upper95 AS covered95
    FROM ${forecasts} f JOIN used_days u ON u.series = f.series AND u.city = f.city AND u.day = CAST(f.horizon_at AS DATE)
    WHERE f.grain = 'day' AND f.forwarder IS NULL)`;
  return asked.replaceAll("FROM forecasts ", `FROM ${forecasts} `).replaceAll(/FROM forecast_scores\b/g, `FROM ${scores} scores`);
}

export const tests = {
  "a forecast is drawn with its method, and its figures are a table": async ({ open }) => {
    const page = await open("/console/forecasts?city=HKG");
    await page.waitForSelector(".chart .plot svg");
    assert.ok((await page.locator(".facts code").innerText()).length > 0, "the method is named");
    await page.getByRole("button", { name: "Show as table" }).click();
    const heads = await page.locator(".chart [role=grid] th").allInnerTexts();
    assert.equal(heads.length, 3 + 4, "time, two series, two bounds of two bands");
    assert.ok((await page.locator(".chart [role=grid] tbody tr").count()) > 20);
  },

  "what is used of services is drawn though it is no KPI": async ({ open }) => {
    const page = await open("/console/forecasts?series=ai_calls&city=HKG");
    await page.waitForSelector(".chart .plot svg");
    assert.equal(await page.getByRole("combobox", { name: "Series", exact: true }).locator("option:checked").innerText(), "AI calls");
    await page.getByRole("button", { name: "Show as table" }).click();
    const came = await page.locator(".chart [role=grid] tbody tr td:nth-child(2)").allInnerTexts();
    assert.ok(came.filter((value) => /[1-9]/.test(value)).length > 20, "what came is there: " + came.join(" "));
  },

  "a past forecast of what is used is drawn beside what came": async ({ open }) => {
    const page = await open("/console/");
    let rewritten = 0;
    await page.route(/\/v1\/sql\b/, (route) => {
      const asked = route.request().postDataJSON();
      if (!asked?.sql?.includes("forecast_scores")) return route.continue();
      rewritten += 1;
      return route.continue({ postData: JSON.stringify({ ...asked, sql: fiveWeeksAgo(asked.sql) }) });
    });
    await page.goto(new URL("/console/forecasts?view=scores&scored=ai_calls&of=HKG&city=HKG", page.url()).href);
    await page.waitForSelector(".chart .plot svg");
    assert.match(await page.locator(".chart").innerText(), /AI calls · /);
    await page.getByRole("button", { name: "Show as table" }).click();
    const cells = (column) => page.locator(`.chart [role=grid] tbody tr td:nth-child(${column})`).allInnerTexts();
    const [came, expected] = [await cells(2), await cells(3)];
    assert.ok(came.length > 20 && came.length === expected.length, `${came.length} days`);
    for (const value of [...came, ...expected]) assert.match(value, /[1-9]/);
    assert.ok(rewritten >= 3, `${rewritten} questions were laid five weeks back`);
  },

  "a series that does not add up wants a city": async ({ open }) => {
    const page = await open("/console/forecasts?series=dau");
    await page.waitForSelector("main .empty");
    await page.getByRole("combobox", { name: "City", exact: true }).selectOption("HKG");
    await page.waitForSelector(".chart .plot svg");
  },

  "views are changed by arrow keys, and the address says which": async ({ open }) => {
    const page = await open("/console/forecasts");
    await page.getByRole("tab", { selected: true }).focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL("**view=scores**");
    await page.keyboard.press("End");
    await page.waitForURL("**view=experiments**");
    await settled(page);
  },

  "accuracy is grouped by what is chosen, and a row is drawn over time": async ({ open }) => {
    const page = await open("/console/rules?view=accuracy&least=1");
    await page.waitForSelector(".over-time .plot svg");
    await page.getByRole("combobox", { name: "By", exact: true }).selectOption("city");
    await page.waitForURL("**by=city**");
    await settled(page);
    const row = page.locator("main .table [role=grid] tbody tr").nth(1);
    const name = await row.locator("a").innerText();
    await row.locator("a").click();
    await page.waitForURL("**of=**");
    await settled(page);
    assert.ok(name.length > 0);
  },

  "a message to the rule engine shows its evidence and its event": async ({ open }) => {
    const page = await open("/console/rules");
    const link = page.locator("main [role=grid] tbody a").first();
    if ((await link.count()) === 0) return console.log("        the rule engine was told nothing in this instance");
    await link.click();
    await page.waitForSelector("main pre");
    const event = JSON.parse(await page.locator("main pre").innerText());
    assert.match(event.type, /^rule\./);
  },
};

for (const view of VIEWS) {
  for (const language of Object.keys(LOCALES)) {
    tests[`${view} is accessible in ${language}`] = async ({ open }) => {
      await assertAccessible(await open(`/console/${view}`, { language }), `${view} in ${language}`);
    };
  }
  tests[`${view} is accessible in the dark and fits a phone`] = async ({ open }) => {
    const page = await open(`/console/${view}`, { colorScheme: "dark", viewport: { width: 390, height: 800 } });
    await assertAccessible(page, `${view} in the dark`);
    const [wide, seen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= seen, `the page is ${wide} wide where ${seen} are seen`);
  };
}
