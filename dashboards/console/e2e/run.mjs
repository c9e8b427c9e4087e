// Runs the tests of the console in a browser. Usage: npm run e2e -- BASE_URL [PART_OF_A_FILE_NAME] [PART_OF_A_SENTENCE]
import { chromium } from "playwright-core";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openWatched } from "./watch.mjs";

const [base = "http://127.0.0.1:8080", wanted = "", sought = ""] = process.argv.slice(2);
const folder = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs") && name.includes(wanted))
  .sort();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Chromium's own sandbox needs rights that containers do not give.
  args: ["--no-sandbox"],
});
let numFailed = 0;
let numPassed = 0;
for (const file of files) {
  console.log(file);
  const { tests } = await import(pathToFileURL(join(folder, file)).href);
  for (const [sentence, test] of Object.entries(tests)) {
    if (!sentence.includes(sought)) continue;
    if (await passes(sentence, test)) numPassed += 1;
    else numFailed += 1;
  }
}
await browser.close();
console.log(`${numPassed} passed, ${numFailed} failed`);
process.exit(numFailed === 0 && numPassed > 0 ? 0 : 1);

async function passes(sentence, test) {
  const opened = [];
  const startedAt = performance.now();
  try {
    await test({
      base,
      open: async (path, options) => {
        const page = await openWatched(browser, base, path, options);
        opened.push(page);
        return page;
      },
    });
    for (const page of opened) page.assertClean();
    console.log(`  ok    ${sentence} (${Math.round(performance.now() - startedAt)} ms)`);
    return true;
  } catch (error) {
    console.log(`  FAIL  ${sentence}\n        ${String(error.stack ?? error).replaceAll("\n", "\n        ")}`);
    return false;
  } finally {
    for (const page of opened) await page.close();
  }
}
