// Every page in every language, light and dark: clean, accessible, in its own language.
import assert from "node:assert/strict";
import { assertAccessible, LOCALES, PAGES } from "./watch.mjs";

export const tests = {};

for (const page of Object.keys(PAGES)) {
  for (const language of Object.keys(LOCALES)) {
    tests[`${page} is clean and accessible in ${language}`] = async ({ open }) => {
      const opened = await open(`/console/${page}`, { language });
      assert.equal(await opened.getAttribute("html", "lang"), language);
      assert.equal(await opened.locator("main h1").count(), 1, "one heading of the first level");
      await assertAccessible(opened, `${page} in ${language}`);
    };
  }
  tests[`${page} is accessible in the dark`] = async ({ open }) => {
    await assertAccessible(await open(`/console/${page}`, { colorScheme: "dark" }), `${page} in the dark`);
  };
  tests[`${page} does not scroll sideways on a phone`] = async ({ open }) => {
    const opened = await open(`/console/${page}`, { viewport: { width: 390, height: 800 } });
    const [wide, seen] = await opened.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    assert.ok(wide <= seen, `the page is ${wide} wide where ${seen} are seen`);
  };
}
