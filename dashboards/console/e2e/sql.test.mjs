// The page of SQL: by mouse and by keyboard, exact to the last digit, with answers of a million rows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { assertAccessible } from "./watch.mjs";

const PAGE = "/console/sql";

/** Far more pairs than any machine counts within a test. */
const ENDLESS = "FROM generate_series(1, 3000000) a(x), generate_series(1, 3000000) b(y) WHERE x * y = 7";

export const tests = {
  "a newcomer's first question is answered by one click": async ({ open }) => {
    const page = await open(PAGE);
    await page.getByRole("button", { name: "Which cities automate the most this month?" }).click();
    await answered(page);
    assert.match(await page.locator(".sql-code .cm-content").innerText(), /kpi_monthly/);
    assert.ok((await page.locator("[role=grid] tbody tr").count()) > 0);
    await page.waitForFunction(() => /rows in/.test(document.querySelector(".frame > [role=status]").textContent));
  },

  "every example is answered with rows or says that there are none": async ({ open }) => {
    const page = await open(PAGE);
    const names = await page.locator(".sql-askers button").allInnerTexts();
    assert.ok(names.length >= 8);
    for (const name of names) {
      await page.goto(`${new URL(PAGE, page.url())}`);
      if ((await page.locator(".sql-askers").count()) === 0)
        await page.getByRole("button", { name: "Examples" }).click();
      await page.getByRole("button", { name }).click();
      await answered(page);
      assert.match(await state(page), /rows in/, name);
    }
  },

  "64-bit numbers, decimals and fractions of seconds keep every digit": async ({ open }) => {
    const page = await open(PAGE);
    await run(
      page,
      `SELECT 9007199254740993 AS big, -9223372036854775808 AS least, 0.1 + 0.2 AS sum,
      CAST('12345678901234567890.123456789' AS numeric(38,9)) AS money,
      TIMESTAMPTZ '2026-03-31 23:59:59.123456+08' AS at, 0.1::double precision + 0.2::double precision AS float, NULL AS nothing, true AS yes`,
    );
    // 0.1 + 0.2 of decimals is 0.3; of floats it is 0.30000000000000004 (IEEE 754).
    assert.deepEqual(await cells(page), [
      "9007199254740993",
      "-9223372036854775808",
      "0.3",
      "12345678901234567890.123456789",
      "2026-03-31T15:59:59.123456Z",
      "0.30000000000000004",
      "NULL",
      "true",
    ]);
  },

  "an answer is cut at the limit, says so, and is fetched whole when that is asked for": async ({ open }) => {
    const page = await open(PAGE);
    await run(page, "SELECT * FROM generate_series(1, 30000)");
    assert.match(await state(page), /Stopped at 10,000 rows/);
    await page.getByRole("button", { name: "Fetch all" }).click();
    await page.waitForFunction(() => /30,000 rows in/.test(document.querySelector(".sql-state").innerText));
  },

  "an answer as long as the limit is not called cut": async ({ open }) => {
    const page = await open(PAGE);
    await run(page, "SELECT * FROM generate_series(1, 10000)");
    assert.match(await state(page), /10,000 rows in/);
  },

  "a million rows grow, scroll as a thousand do, and end where they should": async ({ open }) => {
    const page = await open(PAGE);
    await page.getByLabel("Stop after").selectOption("Infinity");
    await run(page, "SELECT * FROM generate_series(1, 1000)");
    const few = await msOfScrolling(page);
    await write(page, "SELECT * FROM generate_series(1, 1000000)");
    await page.keyboard.press("Control+Enter");
    const counts = new Set();
    while (!/1,000,000 rows in/.test(await state(page))) counts.add(await state(page));
    assert.ok(counts.size > 1, "the count did not grow");
    const many = await msOfScrolling(page);
    const heap = await heapOf(page);
    console.log(
      `        script and layout a frame: ${few.toFixed(1)} ms of a thousand rows, ${many.toFixed(1)} ms of a million; heap ${Math.round(heap / 1e6)} MB`,
    );
    assert.ok(many < 3 * few + 2, `${many} ms a frame against ${few}`);
    assert.ok(heap < 300e6, `${heap} bytes`);
    await page.locator("[role=grid]").focus();
    await page.keyboard.press("Control+End");
    await page.waitForFunction(() => document.querySelector("[data-active]")?.textContent === "1000000");
    await page.keyboard.press("Control+Home");
    await page.waitForFunction(() => document.querySelector("[data-active]")?.textContent === "1");
  },

  "of a million rows those in sight are in the page, whole and in order, by wheel, keys and scroll bar": async ({
    open,
  }) => {
    const page = await open(PAGE);
    await page.getByLabel("Stop after").selectOption("Infinity");
    await run(page, "SELECT * FROM generate_series(1, 1000000)");
    const before = await heapOf(page);
    const table = page.locator(".table.virtual");
    await table.hover();
    for (const pixels of [100, 28, 5_000, 900_000, -3_333]) {
      await page.mouse.wheel(0, pixels);
      await assertSight(page, `a wheel of ${pixels} pixels`);
    }
    for (const share of [0.5, 0.000_01, 1 / 3, 0.999_99, 1, 0]) {
      await table.evaluate((one, share) => (one.scrollTop = share * (one.scrollHeight - one.clientHeight)), share);
      await assertSight(page, `the scroll bar at ${share}`);
    }
    await page.locator("[role=grid]").focus();
    for (const keys of [["PageDown", 5], ["ArrowDown", 30], ["Control+End", 1], ["PageUp", 3], ["ArrowUp", 40]]) {
      for (let presses = 0; presses < keys[1]; presses += 1) await page.keyboard.press(keys[0]);
      const { numbers } = await assertSight(page, keys.join(" "));
      assert.ok(numbers.includes(Number(await table.locator("[data-active]").textContent())), "the active cell is seen");
    }
    const grown = (await heapOf(page)) - before;
    assert.ok(grown < 20e6, `${grown} bytes more after scrolling`);
  },

  "cancelling ends the work on the server": async ({ open, base }) => {
    const page = await open(PAGE);
    const mark = `SELECT count(*) AS pairs_${Date.now()}`;
    await write(page, `${mark} ${ENDLESS}`);
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => document.querySelector(".sql-run").classList.contains("danger"));
    await until(async () => (await numRunning(base, mark)) === 1, "the question does not run");
    await page.getByRole("button", { name: "Cancel" }).click();
    const cancelledAt = performance.now();
    await until(async () => (await numRunning(base, mark)) === 0, "the question still runs");
    console.log(`        gone ${Math.round(performance.now() - cancelledAt)} ms after the click`);
    assert.match(await state(page), /Cancelled after/);
  },

  "an error stands at its words, with its hint, and leads back to them": async ({ open }) => {
    const page = await open(PAGE, { mayRefuse: true });
    await run(page, "SELECT city, staus\nFROM invoices");
    assert.equal(await page.locator(".sql-code .complaint").innerText(), "staus");
    assert.match(
      await page.locator(".sql-code .complaint-message").innerText(),
      /there is no column "staus".*did you mean "status"/,
    );
    assert.match(await page.locator(".sql-failure [role=alert]").innerText(), /did you mean "status"/);
    await page.getByRole("button", { name: "Go to the place" }).click();
    await page.keyboard.type("status");
    assert.equal(await text(page), "SELECT city, status\nFROM invoices");
    assert.equal(await page.locator(".sql-code .complaint").count(), 0);
  },

  "an error of a selection stands at its own place": async ({ open }) => {
    const page = await open(PAGE, { mayRefuse: true });
    await write(page, "SELECT 1\nSELECT x FROM invoices");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+End");
    await page.keyboard.press("Control+Enter");
    await answered(page);
    assert.equal(await page.locator(".sql-code .complaint").innerText(), "x");
  },

  "tabs and history outlive a reload, and the history is searched": async ({ open }) => {
    const page = await open(PAGE);
    await run(page, "SELECT 1 AS first_question");
    await page.getByRole("button", { name: "New question" }).click();
    await run(page, "SELECT 2 AS second_question");
    await page.reload();
    await page.locator(".sql-code .cm-content").waitFor();
    assert.equal(await page.locator(".sql-tabs [role=tab]").count(), 2);
    assert.equal(await text(page), "SELECT 2 AS second_question");
    await page.getByRole("button", { name: "History" }).click();
    assert.equal(await page.locator(".sql-history li").count(), 2);
    await page.keyboard.type("FIRST");
    assert.equal(await page.locator(".sql-history li").count(), 1);
    await page.locator(".sql-history button").click();
    assert.equal(await text(page), "SELECT 1 AS first_question");
  },

  "a link carries the text": async ({ open }) => {
    const page = await open(`${PAGE}?q=${encodeURIComponent("SELECT 'a & b' AS \"名\"")}`);
    await page.locator(".sql-code .cm-content").waitFor();
    assert.equal(await text(page), "SELECT 'a & b' AS \"名\"");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Run" }).click();
    await answered(page);
    assert.deepEqual(await cells(page), ["a & b"]);
    assert.equal(new URL(page.url()).searchParams.get("q"), "SELECT 'a & b' AS \"名\"");
  },

  "the question is copied for other programs": async ({ open }) => {
    const page = await open(PAGE);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await run(page, "SELECT 'it''s' AS a");
    await page.getByRole("button", { name: "Copy as" }).click();
    for (const [client, start] of [
      ["psql", "psql -h "],
      ["Python", "import urllib"],
      ["Power Query", "let\n"],
      ["curl", "curl "],
    ]) {
      await page.getByRole("tab", { name: client }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Copy$/ })
        .click();
      await page.waitForFunction(async (start) => (await navigator.clipboard.readText()).startsWith(start), start);
    }
  },

  "on the machine itself what is copied has neither user nor password": async ({ open }) => {
    const page = await open(PAGE);
    await run(page, "SELECT 1 AS a");
    await page.getByRole("button", { name: "Copy as" }).click();
    for (const client of ["psql", "Python", "Power Query", "curl"]) {
      await page.getByRole("tab", { name: client }).click();
      assert.doesNotMatch(await page.textContent(".sql-snippet"), /USER|PASSWORD|getpass|sslmode/, client);
    }
  },

  "a file of all rows is downloaded as the server writes it": async ({ open, base }) => {
    const page = await open(PAGE);
    const sql = "SELECT a AS number, a::text || ',\"x\"' AS words FROM generate_series(1, 20000) t(a) ORDER BY 1";
    await run(page, sql);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^tidemark-\d{8}-\d{6}\.csv$/);
    const written = await fetch(new URL("/v1/sql?format=csv", base), { method: "POST", body: sql });
    assert.equal(readFileSync(await download.path(), "utf8"), await written.text());
  },

  "everything is done by keyboard alone, and Esc then Tab leaves the editor": async ({ open }) => {
    const page = await open(PAGE);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator(".sql-tabs [aria-label='New question']").focus();
    await tabTo(page, () => document.activeElement.matches(".sql-code"));
    await page.keyboard.type("SELECT 'g s' AS a, '?' AS b");
    await page.keyboard.press("Tab");
    assert.match(await text(page), /SELECT/);
    assert.ok(await page.evaluate(() => document.activeElement.matches(".sql-code")), "Tab alone left the editor");
    await page.keyboard.press("Control+Enter");
    await answered(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".sql-run")), "Esc, Tab did not lead to Run");
    await tabTo(page, () => document.activeElement.matches("[role=grid]"));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Control+c");
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === "?");
    assert.match(page.url(), /\/console\/sql/);
  },

  "names are offered while they are typed": async ({ open }) => {
    const page = await open(PAGE);
    await write(page, "\nFROM invoices i");
    await page.keyboard.press("Control+Home");
    const offered = page.locator(".cm-tooltip-autocomplete li");
    await until(async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Space");
      // They come a moment later; until the server has named them, nothing does.
      await offered.first().waitFor({ timeout: 1_000 }).catch(() => {});
      return (await offered.count()) > 20;
    }, "nothing is offered");
    await page.keyboard.press("Escape");
    await page.keyboard.type("SELECT i.ai_c");
    await offered.first().waitFor();
    assert.match(await offered.first().innerText(), /^ai_cost_hkd/);
    await page.keyboard.press("Enter");
    assert.equal(await text(page), "SELECT i.ai_cost_hkd\nFROM invoices i");
  },

  "a chart is drawn of what people choose": async ({ open }) => {
    const page = await open(PAGE);
    await run(page, "SELECT city, count(*) AS invoices, sum(pages) AS pages FROM invoices GROUP BY city ORDER BY city");
    await page.getByRole("tab", { name: "Chart" }).click();
    const rows = await page.locator(".sql-bars tbody tr").count();
    assert.ok(rows > 1);
    await page.getByRole("checkbox", { name: "pages" }).check();
    assert.equal(await page.locator(".sql-bars rect").count(), 2 * rows);
    await run(page, "SELECT local_day(received_at, city) AS day, count(*) AS invoices FROM invoices GROUP BY 1");
    await page.getByRole("tab", { name: "Chart" }).click();
    await page.locator(".chart [role=img]").waitFor();
  },

  "the plan is a tree of steps, and measured on demand": async ({ open }) => {
    const page = await open(PAGE);
    await write(page, "SELECT city, count(*) FROM invoice_events GROUP BY city");
    await page.getByRole("button", { name: "Plan" }).click();
    await page.locator(".sql-plan").first().waitFor();
    await page.getByRole("button", { name: "Run and measure" }).click();
    await page.getByRole("columnheader", { name: "CPU time" }).waitFor();
    assert.match(await page.locator(".sql-plan").innerText(), /AggregateExec/);
  },
};

for (const language of ["en", "zh-Hant", "zh-Hans"]) {
  for (const colorScheme of ["light", "dark"]) {
    tests[`axe finds nothing serious in ${language}, ${colorScheme}`] = async ({ open }) => {
      const page = await open(PAGE, { language, colorScheme, mayRefuse: true });
      await run(
        page,
        "SELECT local_day(received_at, city) AS day, count(*) AS invoices FROM invoices GROUP BY 1 ORDER BY 1",
      );
      for (const view of [0, 1, 2]) {
        await page.locator(".sql-answer [role=tab]").nth(view).click();
        await page.waitForFunction(() => document.querySelector(".sql-answer [role=tabpanel]").childElementCount > 0);
        await assertAccessible(page, `view ${view}`);
      }
      await run(page, "SELECT nothing FROM invoices");
      await assertAccessible(page, "an error");
      for (const at of [0, 2]) {
        await page.locator(".sql-toolbar .end button").nth(at).click();
        await page.waitForSelector("dialog[open]");
        await assertAccessible(page, "a dialog");
        await page.keyboard.press("Escape");
      }
    };
  }
}

/** Replaces the text of the editor. */
async function write(page, sql) {
  await page.locator(".sql-code .cm-content").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(sql);
}

async function run(page, sql) {
  await write(page, sql);
  await page.keyboard.press("Control+Enter");
  await answered(page);
}

/** Waits until the question has ended. */
async function answered(page) {
  await page.waitForFunction(
    () =>
      document.querySelector(".sql-run")?.classList.contains("main") &&
      document.querySelector(".sql-state .sign, .sql-failure"),
    undefined,
    { timeout: 60_000 },
  );
}

async function state(page) {
  return page
    .locator(".sql-state")
    .innerText()
    .catch(() => "");
}

/** The text of the editor; the lines of CodeMirror are blocks, an empty document shows its placeholder. */
async function text(page) {
  const lines = await page.locator(".sql-code .cm-line").allInnerTexts();
  return lines.map((line) => line.replace(/\n$/, "")).join("\n");
}

/** The cells of the first row. */
async function cells(page) {
  return page.locator("[role=grid] tbody tr").first().locator("td").allInnerTexts();
}

async function tabTo(page, isThere) {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await page.evaluate(isThere)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not lead there");
}

/** Milliseconds of script, style and layout that a frame of scrolling takes. */
async function msOfScrolling(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const before = await metrics(devtools);
  const frames = 100;
  await page.evaluate(async (frames) => {
    const scroller = document.querySelector(".table.virtual");
    for (let frame = 0; frame < frames; frame += 1) {
      scroller.scrollTop += 40;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, frames);
  const after = await metrics(devtools);
  await devtools.detach();
  return (1_000 * (after - before)) / frames;
}

async function metrics(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  const wanted = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"];
  return metrics.filter(({ name }) => wanted.includes(name)).reduce((sum, { value }) => sum + value, 0);
}

/** Elements that a table of one column and a million rows may have: rows of three elements, and its head. */
const ELEMENTS_MAX = 200;

/** Pixels: browsers place what is scrolled as 32-bit floats, whose steps are half a pixel at eight millions. */
const GAP_MAX = 3;

/** Of a table that counts from 1: fails where rows in sight are not those of the scroll bar's place, or are not alone. */
async function assertSight(page, after) {
  const seen = await page.evaluate(async () => {
    const scroller = document.querySelector(".table.virtual");
    // A wheel takes effect with the frames that follow, and what it scrolled to is drawn in the next.
    for (let still = 0, at = NaN; still < 3; at = scroller.scrollTop) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      still = scroller.scrollTop === at ? still + 1 : 0;
    }
    const top = scroller.querySelector("th").getBoundingClientRect().bottom;
    const bottom = scroller.getBoundingClientRect().top + scroller.clientTop + scroller.clientHeight;
    const rows = [...scroller.querySelectorAll("tbody tr:not(.spacer)")]
      .map((row) => ({ number: Number(row.textContent), ...row.getBoundingClientRect().toJSON() }))
      .filter((row) => row.bottom > top + 1 && row.top < bottom - 1);
    return {
      numbers: rows.map(({ number }) => number),
      gapAbove: rows[0]?.top - top,
      gapBelow: bottom - rows.at(-1)?.bottom,
      share: scroller.scrollTop / (scroller.scrollHeight - scroller.clientHeight),
      elements: scroller.querySelectorAll("*").length,
    };
  });
  const { numbers, gapAbove, gapBelow, share, elements } = seen;
  const first = numbers[0];
  assert.deepEqual(numbers, numbers.map((_, at) => first + at), `in order after ${after}`);
  assert.ok(gapAbove <= GAP_MAX && gapBelow <= GAP_MAX, `gaps of ${gapAbove} and ${gapBelow} pixels after ${after}`);
  const expected = 1 + share * (1_000_000 - numbers.length);
  assert.ok(Math.abs(first - expected) <= 2, `row ${first} where ${expected} should be after ${after}`);
  assert.ok(elements <= ELEMENTS_MAX, `${elements} elements after ${after}`);
  return seen;
}

async function heapOf(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  await devtools.detach();
  return usedSize;
}

/** How many queries that begin so the server works on. */
async function numRunning(base, start) {
  const question = `SELECT count(*) FROM running_queries WHERE sql LIKE '${start}%'`;
  const answer = await fetch(new URL("/v1/sql?format=csv", base), { method: "POST", body: question });
  return Number((await answer.text()).split("\n")[1]);
}

async function until(test, otherwise, ms = 20_000) {
  const endsAt = performance.now() + ms;
  while (!(await test())) {
    if (performance.now() > endsAt) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
