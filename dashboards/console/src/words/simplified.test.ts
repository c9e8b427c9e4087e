import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { simplified } from "./simplified.ts";

/** The console's sources; npm runs tests in its folder. */
const SOURCES = join(process.cwd(), "src");

/** The characters of a national standard, by two bytes each: which characters are traditional and which simplified. */
function charactersOf(encoding: string, leads: [number, number], trails: [number, number]): Set<string> {
  const decoder = new TextDecoder(encoding);
  const characters = new Set<string>();
  for (let lead = leads[0]; lead <= leads[1]; lead += 1) {
    for (let trail = trails[0]; trail <= trails[1]; trail += 1) {
      characters.add(decoder.decode(new Uint8Array([lead, trail])));
    }
  }
  return characters;
}

/** GB/T 2312 within GB 18030, and Big5. */
const MAINLAND = charactersOf("gb18030", [0xb0, 0xf7], [0xa1, 0xfe]);
const TAIWAN = charactersOf("big5", [0xa4, 0xf9], [0x40, 0xfe]);

const strangers = (text: string, known: Set<string>) => [...new Set(text.match(/\p{Script=Han}/gu))].filter((one) => !known.has(one));

/** What a file of words says in a language: `const hant … };`, or the whole file. */
const blockOf = (source: string, name: string) => new RegExp(`^const ${name}\\b[^]*?^};`, "m").exec(source)?.[0] ?? "";

test("traditional words are written in traditional characters, and simplified ones in simplified", () => {
  const paths = readdirSync(SOURCES, { recursive: true }).map(String);
  const files = paths.filter((path) => /([wW]ords|zh-han.|clauses)\.ts$/.test(path));
  assert.ok(files.length > 10);
  for (const path of files) {
    // Each language is called by its own name.
    const source = readFileSync(join(SOURCES, path), "utf8").replace(/繁體中文|简体中文/g, "");
    const hant = blockOf(source, "hant") || (/zh-hant|clauses/.test(path) ? source : "");
    const hans = blockOf(source, "hans") || (path.includes("zh-hans") ? source : "");
    assert.deepEqual(strangers(hant, TAIWAN), [], path);
    assert.deepEqual(strangers(simplified(hant), MAINLAND), [], path);
    assert.deepEqual(strangers(hans, MAINLAND), [], path);
  }
});

// Terms from the glossaries of both sides' software: Microsoft's terminology for zh-TW and zh-CN.
test("terms are the mainland's, not only characters", () => {
  assert.equal(simplified("伺服器沒有此欄位的資料"), "服务器没有此字段的数据");
  assert.equal(simplified("登入後，於資料夾中「檔案」"), "登录后，于文件夹中“文件”");
  assert.equal(simplified("{rows} AI 100%"), "{rows} AI 100%");
});
