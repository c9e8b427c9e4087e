// The pages of forecasts and rules: every view in every language, chosen by mouse and by keyboard.
import assert from "node:assert/strict";
import { assertAccessible, LOCALES, settled } from "./watch.mjs";

const VIEWS = [
  "forecasts?view=outlook",
  "forecasts?view=scores",
  "forecasts?view=capacity",
  "forecasts?view=experiments",
  "rules?view=feedback",
  "rules?view=standing",
  "rules?view=accuracy",
];

/** A version under a warning and a pattern that one person more would make a suggestion, as the server answers them. */
const STANDING = {
  rules_watched: [
    ["R-0042", "v7", "warning", "DHL", "origin_port", "943", 0.982, "61", 0.902, 12.34, "88", "2026-03-02T08:00:00Z",
      "first 24 hours: 55 of 61 right; insufficient evidence", 1000],
  ],
  rule_patterns: [
    ["DHL", "origin_port", "prefix:CN", "collecting", "2", "1", "4", "2026-03-01T08:00:00Z", null],
    ["Maersk", "currency", "exact:USD", "ripe", "3", "0", "3", "2026-02-28T08:00:00Z", "fb-7"],
  ],
};

/** Answers what the page asks of how rules stand with these rows, which have the question's columns. */
async function answerStanding(page, standing) {
  await page.route("**/v1/sql**", (route) => {
    const asked = route.request().postDataJSON()?.sql ?? "";
    const rows = Object.entries(standing).find(([relation]) => asked.includes(`FROM ${relation}`))?.[1];
    if (rows === undefined || asked.includes("UNION")) return route.fallback();
    const lines = [{ columns: [] }, ...rows, { rows: rows.length }];
    return route.fulfill({ body: `${lines.map((line) => JSON.stringify(line)).join("\n")}\n` });
  });
}

async function openStanding(open, standing, options) {
  const page = await open("/console/", options);
  await answerStanding(page, standing);
  await page.goto(new URL("/console/rules?view=standing", page.url()).href);
  await settled(page);
  return page;
}

const cellsOf = (row) => row.locator("td").allInnerTexts();

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

  "versions under watch and patterns of corrections are told in words": async ({ open }) => {
    const page = await openStanding(open, STANDING);
    const [watched, patterns] = [page.locator("main [role=grid]").first(), page.locator("main [role=grid]").last()];
    const version = await cellsOf(watched.locator("tbody tr"));
    assert.match(version[2], /Warning: a drop, not proven/);
    assert.deepEqual(version.slice(5, 11), ["943", "98.20%", "61", "90.20%", "12.3 / 1,000", "88"]);
    const rows = patterns.locator("tbody tr");
    const collecting = await cellsOf(rows.first());
    assert.deepEqual(collecting.slice(0, 3), ["DHL", "origin_port", "prefix:CN"]);
    assert.match(collecting[3], /Collecting/);
    assert.deepEqual(collecting.slice(4, 7), ["2", "1", "4"]);
    assert.equal(await rows.first().locator("a").count(), 0, "nothing is suggested yet");
    assert.match(await rows.last().locator("a").getAttribute("href"), /\/rules\/fb-7/);
    await assertAccessible(page, "how rules stand");
    await watched.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**view=accuracy**");
    assert.equal(new URL(page.url()).searchParams.get("rule"), "R-0042");
  },

  "how rules stand is as the server says, and its question is at hand": async ({ open, base }) => {
    const page = await open("/console/rules?view=standing");
    for (const [at, relation] of ["rules_watched", "rule_patterns"].entries()) {
      const section = page.locator("main section").nth(at);
      const sql = new URL(await section.getByRole("link", { name: "Open in the SQL editor" }).getAttribute("href"), page.url()).searchParams.get("q");
      assert.match(sql, new RegExp(`FROM ${relation}`));
      const ask = async (body) => (await (await fetch(`${base}/v1/sql`, { method: "POST", body })).json()).rows;
      const [[num]] = await ask(`SELECT count(*) FROM ${relation}`);
      assert.equal((await ask(sql)).length, Math.min(Number(num), 1000));
      if (Number(num) === 0) await section.locator(".empty").waitFor();
      else assert.equal(Number(await section.locator("[role=grid]").getAttribute("aria-rowcount")) - 1, Math.min(Number(num), 1000));
    }
  },

  "where no rule stands anyhow, it says what would": async ({ open }) => {
    const page = await openStanding(open, { rules_watched: [], rule_patterns: [] });
    const [watched, patterns] = await page.locator("main .empty").allInnerTexts();
    assert.match(watched, /two days/);
    assert.match(patterns, /Three people/);
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

for (const language of Object.keys(LOCALES)) {
  tests[`states of rules are words in ${language}`] = async ({ open }) => {
    const page = await openStanding(open, STANDING, { language });
    const signs = await page.locator("main [role=grid] .sign").allInnerTexts();
    assert.equal(signs.length, 3);
    for (const sign of signs) assert.doesNotMatch(sign, /warning|collecting|ripe/, `${sign} is the server's`);
    await assertAccessible(page, `how rules stand in ${language}`);
  };
}

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
