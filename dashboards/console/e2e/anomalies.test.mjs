// The page of anomalies: narrowed, explained, and marked by mouse and by keyboard. Wants an instance that has found some.
import assert from "node:assert/strict";
import { assertAccessible, LOCALES, settled } from "./watch.mjs";

const rows = (page) => page.locator("main [role=grid] tbody tr");

/** Opens the first anomaly of which nobody has said anything. */
async function openNew(open, options) {
  const page = await open("/console/anomalies?state=new", options);
  await rows(page).first().locator("a").click();
  await page.waitForURL("**/console/anomalies/an-*");
  await settled(page);
  return page;
}

async function mark(page, name, why) {
  await page.getByRole("group").getByRole("button", { name, exact: true }).click();
  if (why) await page.getByLabel("Reason").fill(why);
  await page.locator("form.mark-form button[type=submit]").click();
  await page.waitForSelector("form.mark-form", { state: "detached" });
}

const isShownAs = (page, state) => page.waitForSelector(`main h1 ~ p .standing:text("${state}")`);

export const tests = {
  "the list is narrowed, and the address says how": async ({ open }) => {
    const page = await open("/console/anomalies?state=all");
    const all = await rows(page).count();
    assert.ok(all > 0, "this instance has found no anomaly yet");
    await page.getByLabel("State").selectOption("false_alarm");
    await page.waitForURL("**state=false_alarm**");
    await settled(page);
    assert.ok((await rows(page).count()) < all);
    await page.getByLabel("State").selectOption("all");
    await page.keyboard.press("Escape");
    await page.locator("[data-search]").fill("nothing is called so");
    await page.waitForSelector("main .empty");
  },

  "an anomaly goes through its life by mouse": async ({ open }) => {
    const page = await openNew(open);
    await mark(page, "Acknowledge");
    await isShownAs(page, "Acknowledged");
    await mark(page, "Mute", "a load test");
    await isShownAs(page, "Muted");
    await mark(page, "Resolve");
    await isShownAs(page, "Resolved");
    await mark(page, "Reopen", "it came again");
    await isShownAs(page, "Acknowledged");
    const said = await page.locator(".marks [role=grid] tbody tr").allInnerTexts();
    assert.deepEqual(
      said.map((text) => text.split("\t")[1].split(" →")[0]),
      ["Reopen", "Resolve", "Mute", "Acknowledge"],
    );
  },

  "what hides an anomaly wants a reason": async ({ open }) => {
    const page = await openNew(open);
    await page.getByRole("group").getByRole("button", { name: "False alarm" }).click();
    await page.locator("form.mark-form button[type=submit]").click();
    await page.waitForSelector(".problem:text('Say why')");
    await page.keyboard.press("Escape");
    await page.waitForSelector("form.mark-form", { state: "detached" });
    await isShownAs(page, "New");
  },

  "a false alarm by keyboard alone": async ({ open }) => {
    const page = await open("/console/anomalies?state=new");
    await page.keyboard.press("/");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/console/anomalies/an-*");
    await settled(page);
    while (await page.evaluate(() => document.activeElement.textContent !== "False alarm"))
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.type("sent twice on purpose");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await isShownAs(page, "False alarm");
  },

  "an anomaly of a KPI is drawn among its weeks, with a table behind the chart": async ({ open }) => {
    const page = await open("/console/anomalies?state=all");
    const kinds = await page
      .getByLabel("Kind")
      .locator("option")
      .evaluateAll((options) => options.map((option) => option.value));
    const kind = kinds.find((kind) => ["spike", "drop", "level_shift", "silence"].includes(kind));
    if (!kind) return console.log("        none was found in this instance");
    await page.getByLabel("Kind").selectOption(kind);
    await page.waitForURL(`**kind=${kind}**`);
    await settled(page);
    const link = rows(page).first().locator("a");
    await link.click();
    await page.waitForSelector(".chart .plot svg");
    await page.getByRole("button", { name: "Show as table" }).click();
    assert.ok((await page.locator(".chart [role=grid] tbody tr").count()) > 10);
  },

  "in Chinese every kind of explanation is Chinese": async ({ open }) => {
    const page = await open("/console/anomalies?state=all", { language: "zh-Hant" });
    const links = await rows(page)
      .locator("a")
      .evaluateAll((found) => found.map((link) => [link.textContent, link.href]));
    assert.ok(links.length > 0, "this instance has found no anomaly yet");
    // One of each kind.
    for (const [kind, href] of new Map(links)) {
      await page.goto(href);
      await settled(page);
      // What translates comes a moment later.
      const isChinese = page.waitForSelector(".sentence:not(:has([lang=en]))", { timeout: 10_000 });
      await isChinese.catch(async () => assert.fail(`${kind}: ${await page.textContent(".sentence")}`));
      assert.match(await page.textContent(".sentence"), /\p{Script=Han}/u);
    }
  },
};

for (const language of Object.keys(LOCALES)) {
  tests[`one anomaly is accessible in ${language}`] = async ({ open }) => {
    const page = await open("/console/anomalies?state=all", { language });
    await rows(page).first().locator("a").click();
    await settled(page);
    await assertAccessible(page, `an anomaly in ${language}`);
  };
}
