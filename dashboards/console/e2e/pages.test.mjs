// Every page in every language, light and dark, on a desk, at 200 % and on a phone: clean, accessible, in its own language.
import assert from "node:assert/strict";
import { assertAccessible, LOCALES, PAGES, settled } from "./watch.mjs";

const DESK = { width: 1280, height: 800 };
/** A desk at 200 %. */
const HALF_DESK = { width: 640, height: 400 };
const PHONE = { width: 390, height: 800 };

/** What of axe's rules depends on colours: all that the dark can change. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

export const tests = {};

for (const page of Object.keys(PAGES)) {
  for (const language of Object.keys(LOCALES)) {
    tests[`${page} is clean and accessible in ${language}`] = async ({ open }) => {
      const opened = await open(`/console/${page}`, { language });
      assert.equal(await opened.getAttribute("html", "lang"), language);
      assert.equal(await opened.locator("main h1").count(), 1, "one heading of the first level");
      await assertAccessible(opened, `${page} in ${language}`);
    };
    tests[`${page} (${language}) is accessible in the dark and on a phone, and fits in width`] = async ({ open }) => {
      await assertLooks(await open(`/console/${page}`, { language }), `${page} in ${language}`);
    };
  }

  tests[`every tab of ${page} is accessible in the dark and on a phone`] = async ({ open }) => {
    const opened = await open(`/console/${page}`);
    const titles = await opened.locator("main [role=tab]").allTextContents();
    // The first tab is what the page shows by itself.
    for (const [at, title] of [...titles.entries()].slice(1)) {
      await opened.locator("main [role=tab]").nth(at).click();
      await settled(opened);
      await assertLooks(opened, `${page}, ${title}`);
    }
  };
}

/** Fails where the page does not fit one of its looks; leaves it as a light desk. */
async function assertLooks(page, where) {
  await page.emulateMedia({ colorScheme: "dark" });
  await assertAccessible(page, `${where}, dark`, COLOUR_RULES);
  await page.emulateMedia({ colorScheme: "light" });
  for (const viewport of [HALF_DESK, PHONE]) {
    await page.setViewportSize(viewport);
    const [wide, seen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= seen, `${where} is ${wide} wide where ${seen} are seen`);
  }
  await assertAccessible(page, `${where}, on a phone`);
  await page.setViewportSize(DESK);
}
