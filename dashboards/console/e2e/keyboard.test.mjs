// Everything by keyboard alone.
import assert from "node:assert/strict";
import { PAGES } from "./watch.mjs";

/** More presses of Tab than any page has stops. */
const TABS_MAX = 250;

export const tests = {
  "g and a letter open every page": async ({ open }) => {
    const page = await open("/console/");
    for (const [id, key] of Object.entries(PAGES)) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await page.waitForURL(`**/console/${id}*`);
      await page.waitForSelector("main h1");
      // An editor that takes the focus when its page opens would swallow the next key.
      await page.evaluate(() => document.activeElement?.blur());
    }
  },

  "? shows the keys and Escape gives the focus back": async ({ open }) => {
    const page = await open("/console/");
    await page.keyboard.press("Tab");
    await page.keyboard.press("?");
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog[open]", { state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  },

  "the first Tab offers to skip to the content": async ({ open }) => {
    const page = await open("/console/");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  },

  "a dialog that a key opened gives the focus back to its button": async ({ open }) => {
    const page = await open("/console/sql");
    for (const name of ["History", "Copy as…"]) {
      await page.getByRole("button", { name }).focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector("dialog[open]");
      assert.ok(await page.evaluate(() => document.activeElement.closest("dialog") !== null), name);
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog[open]", { state: "detached" });
      assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
    }
  },

  "going back up, the focus never ends below the sticky header": async ({ open }) => {
    const page = await open("/console/kpis");
    await page.locator(".tile h3 a").last().focus();
    let numSeen = 0;
    while (await page.evaluate(() => document.activeElement.matches(".tile a"))) {
      const [top, header] = await page.evaluate(() => [
        document.activeElement.getBoundingClientRect().top,
        document.querySelector(".header").getBoundingClientRect().bottom,
      ]);
      assert.ok(top >= header, `a tile's name at ${top} below a header that ends at ${header}`);
      await page.keyboard.press("Shift+Tab");
      numSeen += 1;
    }
    assert.ok(numSeen > 10, `${numSeen} tiles`);
  },

  "letters typed into a field stay there": async ({ open }) => {
    const page = await open("/console/kpis");
    await page.keyboard.press("/");
    await page.keyboard.type("gs?");
    assert.equal(await page.inputValue("[data-search]"), "gs?");
    assert.match(page.url(), /\/console\/kpis/);
    assert.equal(await page.locator("dialog[open]").count(), 0);
  },
};

for (const id of Object.keys(PAGES)) {
  tests[`Tab reaches everything on ${id} and is never caught`] = async ({ open }) => {
    const page = await open(`/console/${id}`);
    await page.evaluate(markStops);
    // A page may open with the focus somewhere within, so its start is reached in a second round.
    for (let presses = 0, rounds = 0; presses < TABS_MAX && rounds < 2; presses += 1) {
      // An editor takes Tab for itself until Escape says otherwise.
      if (await page.evaluate(isInEditor)) await page.keyboard.press("Escape");
      await page.keyboard.press("Tab");
      const isOutside = await page.evaluate(() => document.activeElement === document.body);
      if (isOutside) rounds += 1;
      else await page.evaluate(checkStop);
    }
    const left = await page.evaluate(() =>
      [...document.querySelectorAll("[data-stop=waiting]")]
        .filter((one) => one.checkVisibility())
        .map((one) => one.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(left, [], "not reached by Tab");
    const unseen = await page.evaluate(() =>
      [...document.querySelectorAll("[data-stop=unseen]")].map((one) => one.outerHTML.slice(0, 120)),
    );
    assert.deepEqual(unseen, [], "the focus is not seen");
  };
}

function isInEditor() {
  const { activeElement } = document;
  return (activeElement.shadowRoot?.activeElement ?? activeElement).isContentEditable;
}

/** Marks what Tab should reach. Of radio buttons and tabs one a group is enough, so those are left out. */
function markStops() {
  const stops = document.querySelectorAll(
    "a[href], button:not(:disabled), input:not([type=radio]), select, textarea, [tabindex='0'], [contenteditable=true]",
  );
  for (const stop of stops) {
    if (stop.tabIndex >= 0 && stop.checkVisibility({ visibilityProperty: true })) stop.dataset.stop = "waiting";
  }
}

/** Notes whether the focus is where it can be seen. */
function checkStop() {
  const stop = document.activeElement;
  const seen = [stop, ...stop.querySelectorAll("*")].some((one) =>
    ["", "::after"].some((part) => {
      const style = getComputedStyle(one, part || null);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    }),
  );
  stop.dataset.stop = seen ? "reached" : "unseen";
}
