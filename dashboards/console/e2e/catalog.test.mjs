// The catalogue: what it shows is what the server states, found by searching, with lineage that is walked by keys.
import assert from "node:assert/strict";
import { assertAccessible, settled } from "./watch.mjs";

const PAGE = "/console/catalog";

export const tests = {
  "a slash goes to the search, and names, columns and meanings are found": async ({ open, base }) => {
    const page = await open(PAGE);
    const all = await rows(base, "SELECT count(*) FROM relations");
    await page
      .locator(".catalog-list > li")
      .nth(Number(all[0][0]) - 1)
      .waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("ai_cost_hkd");
    await page.waitForFunction(() => document.querySelectorAll(".catalog-list > li").length < 10);
    // By SQL, apart from the page's own search: whatever names it anywhere.
    const expected = await rows(
      base,
      `SELECT DISTINCT r.relation FROM relations r LEFT JOIN relation_columns c ON c.relation = r.relation
      WHERE lower(r.relation || ' ' || r.meaning || ' ' || c.name || ' ' || c.meaning) LIKE '%ai\\_cost\\_hkd%' ORDER BY 1`,
    );
    const found = await page.locator(".catalog-list > li > a").allInnerTexts();
    assert.deepEqual(
      found.sort(),
      expected.map(([name]) => name),
    );
    assert.match(await page.locator(".catalog-columns").first().innerText(), /ai_cost_hkd/);
    assert.match(page.url(), /find=ai_cost_hkd/);
  },

  "a search that finds nothing says what to do": async ({ open }) => {
    const page = await open(`${PAGE}?find=nosuchthing`);
    await page.locator("main .empty").waitFor();
  },

  "a view shows its meaning, its columns as the server states them, and rows": async ({ open, base }) => {
    const page = await open(`${PAGE}/invoices`);
    const columns = await rows(
      base,
      "SELECT name, type FROM relation_columns WHERE relation = 'invoices' ORDER BY position",
    );
    const shown = await page
      .locator(".catalog-table tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.cells].slice(0, 2).map((cell) => cell.innerText)));
    assert.deepEqual(shown, columns);
    assert.equal(await page.locator(".catalog-table tbody tr").filter({ hasText: "not described" }).count(), 0);
    assert.equal(await page.locator("[role=grid] tbody tr").count(), 20);
  },

  "a table shows its size and how far each of its partitions is read": async ({ open, base }) => {
    const page = await open(`${PAGE}/invoice_events`);
    await page.locator(".catalog-figures").waitFor();
    const partitions = await rows(base, "SELECT count(*) FROM ingest_partitions WHERE table_name = 'invoice_events'");
    await page.waitForFunction(
      (count) =>
        document.querySelectorAll("[role=grid][aria-label='How far each partition is read'] tbody tr").length === count,
      Number(partitions[0][0]),
    );
    const [[numRows]] = await rows(base, "SELECT num_rows FROM tables WHERE table_name = 'invoice_events'");
    const shown = Number((await page.locator(".catalog-figures dd").first().innerText()).replaceAll(",", ""));
    // Events arrive meanwhile: what was shown a moment ago may be a little less.
    assert.ok(shown <= Number(numRows) && shown > 0.99 * Number(numRows), `${shown} of ${numRows}`);
  },

  "a relation is asked about in SQL by one click": async ({ open }) => {
    const page = await open(`${PAGE}/corrections`);
    await page.getByRole("link", { name: "Ask in SQL" }).click();
    await page.waitForURL("**/console/sql*");
    await page.locator(".sql-code .cm-content").waitFor();
    assert.match(await page.locator(".sql-code .cm-content").innerText(), /FROM corrections/);
  },

  "a KPI shows its definition in each language": async ({ open, base }) => {
    const [[formula, owner, ...titles]] = await rows(
      base,
      "SELECT formula, owner, title, title_zh_hant, title_zh_hans FROM kpis WHERE kpi = 'automation_rate'",
    );
    for (const [at, language] of ["en", "zh-Hant", "zh-Hans"].entries()) {
      const page = await open(`${PAGE}/kpi/automation_rate`, { language });
      assert.match(await page.locator("h1").innerText(), new RegExp(titles[at]));
      const facts = await page.locator(".catalog-facts").first().innerText();
      for (const fact of [formula, owner, ...titles.filter((_, other) => other !== at)])
        assert.ok(facts.includes(fact), fact);
    }
  },

  "the glossary has every KPI in three languages": async ({ open, base }) => {
    const page = await open(`${PAGE}?part=glossary`);
    const kpis = await rows(base, "SELECT title, title_zh_hant, title_zh_hans FROM kpis ORDER BY title");
    const shown = await page
      .locator(".catalog-table tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.cells].slice(0, 3).map((cell) => cell.innerText)));
    assert.deepEqual(shown.map(String).sort(), kpis.map(String).sort());
  },

  "lineage draws all that a KPI comes from, and its table says the same": async ({ open, base }) => {
    const page = await open(`${PAGE}/kpi/ai_cost_per_invoice_hkd`);
    // The way down by SQL's own recursion, apart from the page's walk; below streams are the topics that were read.
    const way = `WITH RECURSIVE steps AS (SELECT kind, name, source_kind, source FROM lineage
      UNION SELECT 'stream', stream, 'topic', regexp_replace(topic, '^file:.*', 'file:*') FROM ingest_partitions),
      way(kind, name) AS (SELECT 'kpi', 'ai_cost_per_invoice_hkd'
      UNION SELECT l.source_kind, l.source FROM steps l JOIN way ON l.kind = way.kind AND l.name = way.name)`;
    const things = await rows(base, `${way} SELECT kind || ':' || name FROM way ORDER BY 1`);
    const drawn = await page
      .locator(".catalog-graph .thing")
      .evaluateAll((things) => things.map((thing) => thing.dataset.key));
    assert.deepEqual(drawn.sort(), things.map(([key]) => key).sort());
    assert.ok(drawn.includes("topic:invoices"), drawn.join(" "));
    const steps = await rows(
      base,
      `${way} SELECT count(*) FROM steps l JOIN way ON l.kind = way.kind AND l.name = way.name`,
    );
    assert.equal(await page.locator(".catalog-graph path").count(), Number(steps[0][0]));
    await page.getByRole("button", { name: "Show as table" }).click();
    assert.equal(await page.locator(".catalog-lineage [role=grid] tbody tr").count(), Number(steps[0][0]));
  },

  "lineage is walked by arrow keys, and Enter opens what it stands on": async ({ open, base }) => {
    const page = await open(`${PAGE}/kpi/automation_rate`);
    const [[source]] = await rows(
      base,
      "SELECT source FROM lineage WHERE kind = 'kpi' AND name = 'automation_rate' ORDER BY source_kind, source",
    );
    await page.locator(".catalog-lineage button").focus();
    await page.keyboard.press("Tab");
    // A drawing that scrolls takes the focus itself before its things do.
    if (await page.evaluate(() => document.activeElement.matches(".catalog-graph"))) await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "kpi:automation_rate");
    await page.keyboard.press("ArrowRight");
    assert.match(await page.evaluate(() => document.activeElement.dataset.key), new RegExp(`:${source}$`));
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/catalog/${source}*`);
    await settled(page);
    assert.match(await page.locator("h1").innerText(), new RegExp(source));
  },

  "what is not there says so": async ({ open }) => {
    const page = await open(`${PAGE}/no_such_relation`);
    assert.match(await page.locator("h1").innerText(), /no_such_relation/);
  },
};

for (const language of ["en", "zh-Hant", "zh-Hans"]) {
  for (const colorScheme of ["light", "dark"]) {
    tests[`axe finds nothing serious in ${language}, ${colorScheme}`] = async ({ open }) => {
      for (const path of [
        "",
        "?find=cost",
        "?part=kpis",
        "?part=glossary",
        "/invoice_events",
        "/kpi/automation_rate",
      ]) {
        const page = await open(PAGE + path, { language, colorScheme });
        await assertAccessible(page, path);
      }
    };
  }
}

/** Rows of a question, their cells as texts. */
async function rows(base, sql) {
  const answer = await fetch(new URL("/v1/sql", base), { method: "POST", body: sql });
  const { rows } = await answer.json();
  return rows.map((row) => row.map(String));
}
