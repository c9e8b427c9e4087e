// The page of finance, from an import to a closed month and back from an amount to its events. It closes a month of the
// instance that it is given: start a fresh demo for it.
import assert from "node:assert/strict";
import { assertAccessible, LOCALES, settled } from "./watch.mjs";

const CITIES = /^[A-Z]{3}$/;

/** Rows of a question, by the same door as the page. */
async function ask(base, sql) {
  const response = await fetch(new URL("/v1/sql?format=rows", base), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql }),
  });
  const lines = (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(response.ok, JSON.stringify(lines));
  return lines.slice(1, -1);
}

/** The month before the last one of which there are invoices: it is over, and before it is another. */
async function pastMonths(base) {
  const found = await ask(
    base,
    "SELECT DISTINCT substr(CAST(bucket AS VARCHAR), 1, 7) FROM kpi_monthly WHERE kpi = 'invoices_settled' ORDER BY 1 DESC",
  );
  return found.map(([month]) => month).slice(1);
}

const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

async function importFiles(page, files) {
  for (const [kind, text] of Object.entries(files))
    await page.locator(`input[name=${kind}]`).setInputFiles(file(`${kind}.csv`, text));
  await page.locator("form.upload button[type=submit]").click();
}

async function sign(page, action, name) {
  const form = page.locator("form.signature").filter({ has: page.getByRole("button", { name: action, exact: true }) });
  await form.getByLabel("Your name").fill(name);
  await form.getByRole("button").click();
}

export const tests = {
  "a file with problems is refused, row by row": async ({ open }) => {
    const page = await open("/console/finance?view=imports", { mayRefuse: true });
    await importFiles(page, { pools: "month,pool,amount,currency,driver\n2026-13,rent,12x,HKD,even\n" });
    await page.waitForSelector("[role=grid][aria-label='Refused rows']");
    const refused = await page.locator("[aria-label='Refused rows'] tbody tr").allInnerTexts();
    assert.ok(refused.length >= 1 && refused.every((row) => row.startsWith("pools.csv\t2\t")), refused.join("\n"));
  },

  "without a file nothing is sent, and what is no text is named": async ({ open }) => {
    const page = await open("/console/finance?view=imports");
    await page.locator("form.upload button[type=submit]").click();
    await page.waitForSelector(".problem:text('Choose one file')");
    await page
      .locator("input[name=pools]")
      .setInputFiles({ name: "big5.csv", mimeType: "text/csv", buffer: Buffer.from([0xad, 0xbb, 0xb4, 0xe4]) });
    await page.locator("form.upload button[type=submit]").click();
    await page.waitForSelector(".problem:text('big5.csv is not UTF-8')");
  },

  "pools that are imported are allocated, and the table adds up to the cent": async ({ open, base }) => {
    const months = await pastMonths(base);
    const closed = (await ask(base, "SELECT month FROM month_closes WHERE status = 'closed'")).map(([month]) => month);
    const wanted = months.filter((month) => !closed.includes(month));
    assert.ok(wanted.length > 0, "every month of this instance is closed: start a fresh demo");
    const page = await open("/console/finance?view=imports");
    const pools = wanted.flatMap((month) => [
      `${month},infrastructure,25000.01,HKD,invoices`,
      `${month},ai,1431.07,USD,direct_cost`,
      `${month},rent,-0.05,HKD,even`,
    ]);
    await importFiles(page, { pools: ["month,pool,amount,currency,driver", ...pools, ""].join("\n") });
    await page.waitForSelector(".notice.ok");
    const month = wanted.at(-1);
    await page.goto(new URL(`/console/finance?month=${month}`, base).href);
    await settled(page);
    const [[total]] = await ask(base, `SELECT sum(amount) FROM cost_allocation WHERE month = '${month}'`);
    const shown = await page.locator("[role=grid]").first().locator("tbody tr").last().locator("td").last().innerText();
    assert.equal(shown.replaceAll(",", ""), total.replace(/0{7}$/, ""));
  },

  "an amount leads to its events in Kafka, by mouse and by keyboard": async ({ open, base }) => {
    const [[month, city, amount]] = await ask(
      base,
      "SELECT month, city, amount FROM cost_allocation WHERE pool = 'infrastructure' AND status <> 'adjustment' ORDER BY amount DESC LIMIT 1",
    );
    assert.match(city, CITIES);
    const page = await open(`/console/finance?month=${month}`);
    await page.locator(`a[href*='/finance/${month}/${city}/infrastructure']`).first().click();
    await settled(page);
    const [[num]] = await ask(
      base,
      `SELECT count(*) FROM driver_events WHERE month = '${month}' AND city = '${city}' AND driver = 'invoices'`,
    );
    await page.waitForSelector("main section p:has-text('events, together')");
    assert.match(
      await page.locator("main section p:has-text('events, together')").innerText(),
      new RegExp(`^${Number(num).toLocaleString("en")} events`),
    );
    assert.ok(
      (await page.locator("h1").innerText()).includes(
        Number(amount).toLocaleString("en", { minimumFractionDigits: 2 }),
      ),
    );
    assert.deepEqual((await page.locator("[role=grid] th").allInnerTexts()).slice(5, 8), [
      "Topic",
      "Partition",
      "Offset",
    ]);

    await page.goBack();
    await settled(page);
    await page.locator("[role=grid]").first().focus();
    await page.keyboard.press("Control+ArrowUp");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/finance\/\d{4}-\d\d\/[A-Z]{3}\//);
  },

  "a month is closed by two people, and never by one": async ({ open, base }) => {
    const page = await open("/console/finance", { mayRefuse: true });
    const month = await page.locator("main .filters select").inputValue();
    await sign(page, "Prepare the pack", "ann");
    await page.waitForSelector(".notice:has-text('ann prepared this month')");
    await sign(page, "Approve and close", "ann");
    await page.waitForSelector(".problem:text('Whoever prepared it cannot approve it.')");
    await sign(page, "Approve and close", "bob");
    const dialog = page.locator("dialog[open]");
    const confirm = dialog.getByRole("button", { name: "Close the month" });
    assert.ok(await confirm.isDisabled(), "the month has to be typed first");
    await dialog.getByRole("textbox").fill(month);
    await confirm.click();
    await page.waitForSelector(".notice:has-text('Closed: prepared by ann, approved by bob')");
    assert.deepEqual(
      await ask(base, `SELECT status, prepared_by, approved_by FROM month_closes WHERE month = '${month}'`),
      [["closed", "ann", "bob"]],
    );
  },

  "a month that is not over says what stands in the way": async ({ open, base }) => {
    const [[month]] = await ask(
      base,
      "SELECT max(substr(CAST(bucket AS VARCHAR), 1, 7)) FROM kpi_monthly WHERE kpi = 'invoices_settled'",
    );
    const page = await open(`/console/finance?month=${month}`);
    assert.match(await page.locator(".notice.warn").innerText(), /is not over/);
  },
};

for (const view of ["month", "budgets", "imports", "adjustments"]) {
  for (const language of Object.keys(LOCALES)) {
    tests[`the view ${view} is accessible in ${language}`] = async ({ open }) => {
      await assertAccessible(await open(`/console/finance?view=${view}`, { language }), `${view} in ${language}`);
    };
  }
  tests[`the view ${view} is accessible in the dark and fits a phone`] = async ({ open }) => {
    const page = await open(`/console/finance?view=${view}`, {
      colorScheme: "dark",
      viewport: { width: 390, height: 800 },
    });
    await assertAccessible(page, `${view} in the dark`);
    const [wide, seen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= seen, `the page is ${wide} wide where ${seen} are seen`);
  };
}
