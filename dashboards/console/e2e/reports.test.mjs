// The page of reports: files of a month, and the form of saved reports from its first problem to a run.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { assertAccessible, LOCALES, settled } from "./watch.mjs";

/** How a file of each form begins. */
const BEGINNINGS = { xlsx: "PK", pdf: "%PDF-", "excel-csv": "\ufeff", document: "{", csv: "month,city" };

const NAME = "console-test";

/** A report with a chart. */
const CHARTED = {
  name: "console-chart",
  owner: "ann",
  title: { en: "Invoices by city" },
  source: "invoice_lives",
  group_by: [{ column: "city" }],
  aggregations: [{ name: "invoices", function: "count" }],
  visual: { kind: "bar", x: "city", y: ["invoices"] },
  formats: ["csv", "png"],
};

const pathOf = (base, { name }) => new URL(`/v1/report-definitions/${name}`, base);

async function keep(base, definition) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(pathOf(base, definition), { method: "PUT", headers, body: JSON.stringify(definition) });
  assert.ok(answer.ok, await answer.text());
}

async function forget(base, definition) {
  await fetch(pathOf(base, definition), { method: "DELETE" });
}

const WHOLE = ["whole", "Whole", "ann", "cities", null, null, "{}", null];

/** Answers what the page asks of definitions with rows, which may be exchanged. */
async function answerDefinitions(page, rows) {
  const answered = { rows };
  const columns = ["name", "title", "owner", "source", "report", "schedule", "document", "problem"];
  await page.route("**/v1/sql**", (route) => {
    const asked = route.request().postData() ?? "";
    if (!asked.includes("report_definitions")) return route.fallback();
    const sought = asked.match(/WHERE name = '([^']*)'/)?.[1];
    const found = answered.rows.filter(([name]) => sought === undefined || name === sought);
    const lines = [{ columns: columns.map((name) => ({ name, type: "text" })) }, ...found, { rows: found.length }];
    return route.fulfill({ body: `${lines.map((line) => JSON.stringify(line)).join("\n")}\n` });
  });
  return answered;
}

function listedNames(page) {
  return page.locator("[role=grid][aria-label='Saved reports'] tbody tr td:first-child").allTextContents();
}

async function add(page, section, button) {
  await page
    .getByRole("group", { name: section, exact: true })
    .first()
    .getByRole("button", { name: `+ ${button}` })
    .click();
}

/** Fills the form of a report that counts invoices by city. */
async function describe(page) {
  await page.getByLabel("Name", { exact: false }).first().fill(NAME);
  await page.getByLabel(/^Owner/).fill("ann");
  await page.getByLabel("Title (English)").first().fill("Invoices by city");
  await page.getByRole("combobox", { name: "Relation" }).selectOption("invoice_lives");
  await page.getByRole("combobox", { name: "Rows", exact: true }).selectOption("groups");
  await add(page, "Grouped by", "Add a group");
  await page.getByRole("group", { name: "Grouped by" }).getByRole("combobox", { name: "Column", exact: true }).selectOption("city");
  await add(page, "Figures", "Add a figure");
  await page.getByRole("group", { name: "Figures", exact: true }).getByLabel("Name of the column").fill("invoices");
}

export const tests = {
  "a month's report comes in every form that is asked for": async ({ open }) => {
    const page = await open("/console/reports");
    for (const [form, beginning] of Object.entries(BEGINNINGS)) {
      await page.getByLabel("Form").selectOption(form);
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download" }).click(),
      ]);
      const text = await readFile(await file.path(), "utf8");
      assert.ok(text.startsWith(beginning), `${form} begins with ${JSON.stringify(text.slice(0, 12))}`);
      await page.waitForSelector(".notice.ok");
    }
  },

  "a report in Chinese has a Chinese name": async ({ open }) => {
    const page = await open("/console/reports", { language: "zh-Hant" });
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("main form button[type=submit]").click(),
    ]);
    assert.match(file.suggestedFilename(), /\p{Script=Han}.*\.xlsx$/u);
  },

  "what is wrong with a definition stands at its input": async ({ open }) => {
    const page = await open("/console/reports?view=new", { mayRefuse: true });
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForSelector("[aria-invalid=true]");
    await page.getByLabel("Name", { exact: false }).first().fill(NAME);
    await page.getByRole("button", { name: "Save" }).click();
    // The list of the first attempt goes when the second is made.
    await page.locator(".notice.act li code", { hasText: /^owner$/ }).waitFor();
    const places = await page.locator(".notice.act li code").allInnerTexts();
    assert.ok(places.includes("owner") && places.includes("title"), places.join(" "));
    assert.equal(await page.getByLabel(/^Owner/).getAttribute("aria-invalid"), "true");
  },

  "a report is described, previewed, saved, run and deleted": async ({ open }) => {
    const page = await open("/console/reports?view=new", { mayRefuse: true });
    await describe(page);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.waitForSelector("[role=grid][aria-label=Preview]");
    assert.ok((await page.locator("[aria-label=Preview] tbody tr").count()) > 1);
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(`**/console/reports/${NAME}*`);
    await settled(page);
    assert.equal(await page.getByRole("combobox", { name: "Relation" }).inputValue(), "invoice_lives");
    await page.getByRole("button", { name: "Run now" }).click();
    await page.waitForSelector(".notice.ok");
    await page.waitForSelector("[role=grid][aria-label^='Runs'] tbody tr");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.locator("dialog[open] button.danger").click();
    await page.waitForURL("**view=saved**");
    await settled(page);
    assert.equal(await page.locator(`a[href*='/reports/${NAME}']`).count(), 0);
  },

  "the files of a run are taken away, and its chart is looked at": async ({ open, base }) => {
    await keep(base, CHARTED);
    const page = await open(`/console/reports/${CHARTED.name}`);
    await page.getByRole("button", { name: "Run now" }).click();
    const row = page.locator("[role=grid][aria-label^='Runs'] tbody tr").first();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      row.getByRole("link", { name: "CSV", exact: true }).click(),
    ]);
    assert.equal(file.suggestedFilename(), `${CHARTED.name}.csv`);
    assert.match(await readFile(await file.path(), "utf8"), /^city,invoices\r?\n/);
    await row.getByRole("button", { name: /^View/ }).focus();
    await page.keyboard.press("Enter");
    const picture = page.locator("dialog[open] img");
    await picture.waitFor();
    await page.waitForFunction(() => document.querySelector("dialog[open] img").naturalWidth > 100);
    assert.match(await picture.getAttribute("alt"), /\.png/);
    await assertAccessible(page, "the files of a run");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await forget(base, CHARTED);
  },

  "a definition that cannot be read is named with what is wrong": async ({ open }) => {
    const page = await open("/console/status");
    await answerDefinitions(page, [["torn", null, null, null, null, null, null, "line 3: expected a value"], WHOLE]);
    await page.goto(new URL("/console/reports?view=saved", page.url()).href);
    await settled(page);
    const notice = await page.locator(".notice.act").textContent();
    assert.ok(notice.includes("torn") && notice.includes("line 3: expected a value"), notice);
    assert.equal(await page.locator(".notice.act a").count(), 0, "there is nothing that a form could show");
    assert.deepEqual(await listedNames(page), ["whole"]);
    await assertAccessible(page, "a definition that cannot be read");
  },

  "a definition that is wrong in one respect is opened with its problem, and mended": async ({ open, base }) => {
    await keep(base, CHARTED);
    const page = await open("/console/status");
    const problem = 'source: there is no relation "invoice_livse"';
    const { name } = CHARTED;
    const wrong = [name, "Invoices by city", "ann", "invoice_livse", null, null, JSON.stringify({ ...CHARTED, source: "invoice_livse" }), problem];
    const answered = await answerDefinitions(page, [wrong, WHOLE]);
    await page.goto(new URL("/console/reports?view=saved", page.url()).href);
    await settled(page);
    assert.deepEqual(await listedNames(page), [name, "whole"]);
    const notice = page.locator(".notice.act");
    assert.ok((await notice.textContent()).includes(problem));
    await assertAccessible(page, "a definition that is wrong");
    await notice.getByRole("link", { name: `Open ${name}` }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/console/reports/${name}*`);
    await notice.getByText(problem).waitFor();
    assert.equal(await page.getByLabel(/^Owner/).inputValue(), "ann");
    answered.rows = [];
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForSelector(".notice.ok");
    await notice.waitFor({ state: "detached" });
    await forget(base, CHARTED);
  },

  "a monthly report is saved for some cities, and what it says itself is not asked": async ({ open }) => {
    const page = await open("/console/reports?view=new", { mayRefuse: true });
    await describe(page);
    await page.getByLabel("Picture of the chart").check();
    await page.getByRole("combobox", { name: "Content" }).selectOption("cost-allocation");
    assert.equal(await page.getByRole("combobox", { name: "Relation" }).count(), 0);
    assert.equal(await page.getByLabel("Picture of the chart").count(), 0);
    const cities = page.getByRole("group", { name: /^One file for each of these cities/ });
    await cities.getByLabel("Tokyo").check();
    await cities.getByLabel("Hong Kong").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(`**/console/reports/${NAME}*`);
    await settled(page);
    assert.equal(await page.getByRole("combobox", { name: "Content" }).inputValue(), "cost-allocation");
    assert.ok(await cities.getByLabel("Hong Kong").isChecked());
    assert.ok(!(await cities.getByLabel("Singapore").isChecked()));
    const saved = await page.evaluate(async (name) => (await fetch(`/v1/report-definitions/${name}`)).json(), NAME);
    assert.deepEqual([saved.report, [...saved.cities].sort(), saved.source], ["cost-allocation", ["HKG", "TYO"], undefined]);
    await page.getByRole("combobox", { name: "Content" }).selectOption("");
    await page.getByRole("combobox", { name: "Relation" }).selectOption("cities");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.locator("dialog[open] button.danger").click();
    await page.waitForURL("**view=saved**");
  },

  "a report is described by keyboard alone": async ({ open }) => {
    const page = await open("/console/reports?view=new", { mayRefuse: true });
    const reach = async (name) => {
      for (let presses = 0; presses < 120; presses += 1) {
        await page.keyboard.press("Tab");
        const reached = await page.evaluate(() =>
          (document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent ?? "").trim(),
        );
        if (reached.startsWith(name)) return;
      }
      assert.fail(`Tab does not reach ${name}`);
    };
    await reach("Name");
    await page.keyboard.type("by-keyboard");
    await reach("Owner");
    await page.keyboard.type("ann");
    await reach("Title (English)");
    await page.keyboard.type("Cities");
    await reach("Relation");
    await page.keyboard.type("cities");
    await reach("+ Add a column");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Shift+Tab");
    await page.waitForSelector("fieldset.rows .line select");
    await page.locator("fieldset.rows .line select").focus();
    await page.keyboard.type("city");
    await reach("Preview");
    await page.keyboard.press("Enter");
    await page.waitForSelector("[role=grid][aria-label=Preview]");
  },
};

/** The form of a monthly report, by the language's words for it. */
const CONTENTS = { en: "Content", "zh-Hant": "內容", "zh-Hans": "内容" };

for (const [language, content] of Object.entries(CONTENTS)) {
  tests[`the form of a monthly report is accessible in ${language}`] = async ({ open }) => {
    const page = await open("/console/reports?view=new", { language });
    await page.getByRole("combobox", { name: content }).selectOption("regional");
    await page.waitForSelector("main fieldset.checks input");
    assert.ok((await page.locator("main fieldset.checks").first().locator("label").count()) > 5);
    await assertAccessible(page, `the form of a monthly report in ${language}`);
  };
}

for (const view of ["standard", "saved", "new"]) {
  for (const language of Object.keys(LOCALES)) {
    tests[`the view ${view} is accessible in ${language}`] = async ({ open }) => {
      await assertAccessible(
        await open(`/console/reports?view=${view}`, { language, mayRefuse: true }),
        `${view} in ${language}`,
      );
    };
  }
  tests[`the view ${view} is accessible in the dark and fits a phone`] = async ({ open }) => {
    const page = await open(`/console/reports?view=${view}`, {
      colorScheme: "dark",
      viewport: { width: 390, height: 800 },
      mayRefuse: true,
    });
    await assertAccessible(page, `${view} in the dark`);
    const [wide, seen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= seen, `the page is ${wide} wide where ${seen} are seen`);
  };
}
