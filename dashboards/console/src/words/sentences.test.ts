import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { translate } from "./sentences.ts";

/** The repository; npm runs tests in the console's folder. */
const ROOT = join(process.cwd(), "../..");

/** Where the server's sentences are made. */
const SOURCES = [
  ...["watch/kpis/words.rs", "watch/kpis/mod.rs", "charges/words.rs", "duplicates.rs", "sign_in/habits.rs", "sign_in/failures.rs"].map(
    (path) => `insight/src/anomaly/${path}`,
  ),
  "insight/src/drift/compare.rs",
  "insight/src/capacity/reason.rs",
  "insight/src/capacity/steps.rs",
  "insight/src/experiment/sentence.rs",
  "insight/src/learning/reason.rs",
  ...["delays", "extras", "members", "partitions", "producers", "refusals", "repeats", "values", "volumes"].map(
    (view) => `sql/views/quality_${view}.sql`,
  ),
];

/** One sentence at least of each template: of the server's own tests, or its template with values that may come. */
const SENTENCES = [
  // Anomalies of KPIs.
  "ai_cost_hkd of SIN since 2026-11-22 17:00: 2401 where 0.09 was expected; furthest off in the hour from 2026-11-22 18:00, 1300 beside a usual 0.01 to 0.20; beside the mean of the four weeks before, by model: gpt-4o +2400.858146609 (100 %), prebuilt-invoice +0.6435 (0 %), 7 others -9 (-42 %)",
  "automation_rate of all cities in the day from 2026-11-22: 45.20 % where 80.11 % was expected; beside the mean of the four weeks before, by city: HKG +5, SIN -5",
  "ai_calls of HKG from 2026-05-26 until 2026-05-28: 4000 where 1000 was expected; furthest off in the day from 2026-05-27, 2400 beside a usual 480 to 520; which part did it could not be asked: timeout",
  "api_requests of orient-meridian in the hour from 2026-05-27 14:00: 400 where 12.50 was expected; beside the mean of the four weeks before, by forwarder: (none) 0 (0 %)",
  // Charges.
  "FRT of harbour-pacific is HKD 99,200.00: 9.97 times the median 9,954.50, usual 9,010.00 to 10,980.00 by 412 charges of 180 days; looks as if its decimal point were 1 place too far to the right",
  "FRT of harbour-pacific, YANTIAN to BUSAN, is USD -12.50: 0.01 times the median 1,019.50, usual 1,000.00 to 1,049.00 by 60 charges of 1 days on this route; looks as if its decimal point were 2 places too far to the left",
  "DOC of harbour-pacific, HKG-SGN, is HKD 540.00: 1.20 times the tariff 450.00 by 412 charges of 180 days on all routes; 1 more are the same: a new price, or the same error each time",
  "THC of harbour-pacific is HKD 390.00: 7.80 times the nearest of 3 prices, 50.00 by 12 charges of 180 days and other forwarders'; looks like an amount in USD",
  "BAF of harbour-pacific is HKD 900.00: 2.00 times the tariff 450.00 by 1 charge of 180 days and other forwarders'; the same line is on the invoice already",
  "CIC of harbour-pacific is HKD 5.00; harbour-pacific has never charged CIC before",
  "DOC of harbour-pacific is HKD 0.00: 0.00 times the median 450.00, usual 440.00 to 460.00 by other forwarders' charges of 180 days; this charge is hardly ever a credit or zero",
  // Documents, sign-ins, drift.
  "inv-2 was received 3 days after inv-1: the file is the same to the byte",
  "b was received 9 days after a: same forwarder, same 2 charges, same bill_of_lading, invoice_number",
  "12 failed sign-ins of u-3 in HKG within 11 minutes; usual 0.10 a day",
  "6 failed sign-ins from 203.0.113.9 at 6 users within 25 minutes; usual 0.05 a day",
  "16 failed sign-ins of 8 users in HKG within 45 minutes; usual 0.33 at these hours",
  "settled signed in at 03 h local time; 0 of 100 earlier sign-ins were within an hour of that",
  "settled signed in from 192.0.2.1, which is new; 100 earlier sign-ins came from 2 addresses",
  "confidence of total_amount, orient-meridian: stability index 0.312 of 500 values against 8000 (chance stays below 0.050); 0.90-0.95 50.0 % -> 20.0 % (80 % of the change); missing 1.0 % -> 2.0 %, never seen before 3.0 %",
  "values of currency, orient-meridian: stability index 0.300 of 90 values against 900 (chance stays below 0.120); (others) 0.3 % -> 20.0 % (95 % of the change); missing 0.0 % -> 0.0 %, never seen before 20.0 %",
  // Capacity.
  "The busiest hour, most likely at 2026-03-31 16:00, has 612 or less in 95 of 100 cases and 420 in half of them; the busiest so far had 90. More than 300 is reached in less than 1 % of them.",
  "Add 3: the busiest hour has 612 invoices or less in 95 of 100 cases, 306 of them for ocr, each 12.0 s. 7 workers keep it below 80 % of their time and 60.0 s of waiting; with 4 work would pile up.",
  "Keep 7: the busiest hour has 600 invoices or less in 95 of 100 cases, 600 of them for extraction, each 30.0 s. 7 workers keep it below 80 % of their time and 60.0 s of waiting; with 7 they would be busy for more than 99 %, and an invoice would wait 4.2 s on average.",
  "Release 2: the busiest hour has 600 invoices or less in 95 of 100 cases, 90 of them for review, each 45.0 s. 3 workers keep it below 90 % of their time and 600.0 s of waiting; with 5 they would be busy for 22 %, and an invoice would wait 0.1 s on average.",
  "The busiest hour has 90 invoices or less in 95 of 100 cases, 88 of them for review, each 150.0 s: 4 workers are needed. How many there are is not configured.",
  "50 of 100 is used. It is full around 2026-03-02 00:00, hardly before 2026-03-01 00:00 and hardly after 2026-03-03 00:00. At the end of the forecast 120 will be used, and 130 or less in 95 of 100 cases.",
  "50 of 100 is used. It is full around 2026-03-02 00:00, if at all (90 % within the forecast), and hardly before 2026-03-01 00:00. At the end of the forecast 101 will be used, and 130 or less in 95 of 100 cases.",
  "50 of 100 is used. It is full at no time within the forecast. At the end of the forecast 60 will be used, and 70 or less in 95 of 100 cases. At this pace it is full around 2027-05-03 and hardly before 2027-04-20.",
  "2000 of 3500 is spent. The month will have cost 4600 at its end, and between 4100.55 and 5000 in 80 of 100 cases; the budget is exceeded with a probability of more than 99 %. It is used up within the forecast with a probability of 30 %, hardly before 2026-03-01 00:00.",
  "2000 of 3500 is spent. The month will have cost 2100 at its end, and between 2050 and 2200 in 80 of 100 cases; the budget is exceeded with a probability of 0 %. It is used up within the forecast with a probability of less than 1 %.",
  "2000 of 3500 is spent. The month will have cost 2100 at its end, and between 2050 and 2200 in 80 of 100 cases; the budget is exceeded with a probability of 0 %. It is used up at no time within the forecast.",
  // Experiments.
  "new is better than control: automation_rate is 3 points higher (between 0.9 and 5.1 points); the evidence sufficed after 1200 units.",
  "new is worse than control: success is 3 points lower (between 0.9 and 5.1 points); the evidence sufficed after 4000 units.",
  "Stop new: ai_latency_ms is worse by 500 (between 120 and 880), and 100 are tolerated.",
  "Wait with new: success is 2.5 points higher (between 0.4 and 4.6 points); the evidence sufficed after 900 units; but it is not yet sure that ai_cost_hkd stays within its margin of 0.1.",
  "Do not trust any figure of this experiment: control has 20000 units instead of 19500, new has 19000 units instead of 19500. By chance that happens less than once in 1000 experiments; find out who is not counted.",
  "Too few units to say anything of new: 20 so far.",
  "new makes no difference that matters: that of success is between -0.4 and 0.5 points, and less than 2 points does not matter.",
  "No difference of new is known yet: that of success is between -1.2 and 3.1 points; about 5200 units would show a difference of 2 points, and there are 2000.",
  "No difference of new is known yet: that of success is between -1.2 and 3.1 points; 5200 units should have shown a difference of 2 points.",
  "No difference of new is known yet: that of success is between -1.2 and 3.1 points; no number of units would show a difference of 2 points.",
  // Rules.
  "3 people made 5 corrections of invoice_date on invoices of orient-meridian alike in the pattern 99/99/9999 -> 9999-99-99; a rule would have changed 120 past invoices, more than 100: a super user must review it",
  "3 people made 3 corrections of currency on invoices of orient-meridian alike in the pattern HKD; a rule would have changed 12 past invoices, not more than 100: no review is needed",
  "9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2); the rule's 28 days before: 943 of 1000 right (94.3 %, 95 % interval 92.7 to 95.6)",
  "9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2); nothing was read in the 28 days before",
  "90 of 100 right (90.0 %, 95 % interval 82.6 to 94.5) since the promotion, no version before, the forwarder's field by other rules: 990 of 1000 right (99.0 %, 95 % interval 98.2 to 99.5), more than 5 points; sequential test over 312 invoices: evidence over 9999 for a drop, 1000 is enough",
  "120 invoices were changed, more than twice the 40 that were estimated before the promotion",
  "first 24 hours: 9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2), the version before: 943 of 1000 right (94.3 %, 95 % interval 92.7 to 95.6); the drop is proven",
  "first 24 hours: 9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2), nothing to compare with: nothing read; no drop of more than 5 points",
  "first 24 hours: 9 of 12 right (75.0 %, 95 % interval 46.8 to 91.1), the version before: 943 of 1000 right (94.3 %, 95 % interval 92.7 to 95.6), more than 5 points; insufficient evidence: 3.1 of 1000 after 8 invoices, about 40 needed for a drop of this size",
  "first 24 hours: nothing read, the version before: 9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2), more than 5 points; insufficient evidence: 1.0 of 1000 after 0 invoices, there are too few invoices from before to prove a drop of this size; 120 invoices were changed, more than twice the 40 that were estimated before the promotion",
  "3 complaints by 2 people about this version: a person must review it",
  // Data quality.
  "412 of 1000 events of invoices came more than 15 minutes after they happened; one in twenty took longer than 48 minutes",
  "invoice.extracted has a member that nobody knows, page_count: in 212 events since 2026-10-05T14:21 UTC",
  "invoice.extracted fills model in 12 of 80 events; usual are 99 %",
  "tidemark.invoices/3 has 17 offsets that are no event, dead letter or repeat: something was lost",
  "tidemark.invoices/3 has 4 more events, dead letters and repeats than offsets: something counts twice",
  "tidemark.invoices/3 has an event at offset 184467, which was not taken in yet",
  "hkg-gateway is silent: its newest event is of 2026-10-05T14:21 UTC, and some 480 events would have come since",
  "120 records of invoice.extracted were refused: duration_ms has another type than the contract says, from 2026-10-05T14:21 UTC on",
  "120 records of the stream usage were refused: not_json, from 2026-10-05T14:21 UTC on",
  "12 records of invoice.received were refused: city is missing, from 2026-10-05T14:21 UTC on",
  "12 records of invoice.received were refused: bytes is out of its range, from 2026-10-05T14:21 UTC on",
  "2100 of 4000 records of tidemark.usage/0 repeat events, most of them from offset 12000 on: a producer sends again what it has sent",
  'hkg-gateway sends invoice.received with the channel "fax", which nobody knows: in 12 events since 2026-10-05T14:21 UTC',
  "the stream usage was silent; usual are 120 events in this hour",
  "the stream invoices has 4.1 events for each of 80 subjects; usual are 9.8: events are missing",
  "hkg-gateway sent 40 events; expected were 130",
];

/** What of these sentences is a name, a code or a unit, and so the same in every language. */
const NAMES = new Set(
  (
    "gpt-4o prebuilt-invoice HKG SIN timeout orient-meridian harbour-pacific FRT DOC THC BAF CIC HKD USD YANTIAN to BUSAN HKG-SGN " +
    "inv-1 inv-2 a b bill_of_lading invoice_number u-3 settled total_amount currency OCR AI ai_cost_hkd automation_rate new control " +
    "invoice_date invoices page_count model tidemark.invoices/3 UTC hkg-gateway invoice.extracted invoice.received duration_ms usage " +
    "not_json city bytes tidemark.usage/0 channel fax"
  ).split(" "),
);

const CITIES: Record<string, string> = { HKG: "香港", SIN: "新加坡" };
const nameOf = (id: string) => CITIES[id] ?? id;
const said = (sentence: string, language: "zh-Hant" | "zh-Hans") =>
  translate(sentence, language, nameOf)
    .map(({ text, isEnglish }) => (isEnglish ? `<en>${text}</en>` : text))
    .join("");

/** The figures of a sentence without groups, but those that Chinese says otherwise: days, "95 of 100" and "once in 1000". */
function figuresOf(sentence: string): string[] {
  const rest = sentence.replace(/\d{4}-\d\d-\d\d|of 100 cases|once in 1000/g, "").replaceAll(",", "");
  return (rest.match(/\d+(\.\d+)?/g) ?? []).map((figure) => figure.replace(/^0(?=\d)/, ""));
}

for (const language of ["zh-Hant", "zh-Hans"] as const) {
  test(`nothing but names stays English of any sentence in ${language}`, () => {
    for (const sentence of SENTENCES) {
      const text = said(sentence, language);
      const latin = text.match(/[A-Za-z(][\w./()-]*/g) ?? [];
      assert.deepEqual(
        latin.filter((word) => !NAMES.has(word)),
        [],
        text,
      );
      for (const figure of figuresOf(sentence)) assert.ok(text.replaceAll(",", "").includes(figure), `${figure} in ${text}`);
    }
  });
}

// By hand, as an analyst in Hong Kong or Taipei and one in Shanghai would write them.
test("sentences are said as people say them", () => {
  const expected: [sentence: string, hant: string, hans: string][] = [
    [
      "ai_cost_hkd of SIN since 2026-11-22 17:00: 2401 where 0.09 was expected; beside the mean of the four weeks before, by model: gpt-4o +2400.85 (100 %), 7 others -9 (-42 %)",
      "新加坡的 ai_cost_hkd，自 2026年11月22日 17:00 起：實際 2,401，預期 0.09；與前四週的平均相比，按模型：gpt-4o +2,400.85（100%）、其餘 7 項 -9（-42%）",
      "新加坡的 ai_cost_hkd，自 2026年11月22日 17:00 起：实际 2,401，预期 0.09；与前四周的平均相比，按模型：gpt-4o +2,400.85（100%）、其余 7 项 -9（-42%）",
    ],
    [
      "12 failed sign-ins of u-3 in HKG within 11 minutes; usual 0.10 a day",
      "11 分鐘內香港的 u-3 登入失敗 12 次；通常每天 0.10 次",
      "11 分钟内香港的 u-3 登录失败 12 次；通常每天 0.10 次",
    ],
    [
      "50 of 100 is used. It is full at no time within the forecast. At the end of the forecast 60 will be used, and 70 or less in 95 of 100 cases.",
      "已用 50，上限 100。用滿時間：預測期內不會。預測期末將用 60，95% 的情況下不超過 70。",
      "已用 50，上限 100。用满时间：预测期内不会。预测期末将用 60，95% 的情况下不超过 70。",
    ],
    [
      "new is worse than control: success is 3 points lower (between 0.9 and 5.1 points); the evidence sufficed after 4000 units.",
      "new 較 control 差：未經更正的發票低 3 個百分點（介於 0.9 至 5.1 個百分點）；累計 4,000 件後證據已足。",
      "new 较 control 差：未经更正的发票低 3 个百分点（介于 0.9 至 5.1 个百分点）；累计 4,000 件后证据已足。",
    ],
    [
      "9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2) since the promotion, the version before: nothing read, more than 5 points",
      "升級後 10 個中 9 個正確（90.0%，95% 區間 59.6 至 98.2）；前一版本：沒有讀取，下降超過 5 個百分點",
      "升级后 10 个中 9 个正确（90.0%，95% 区间 59.6 至 98.2）；前一版本：没有读取，下降超过 5 个百分点",
    ],
    [
      'hkg-gateway sends invoice.received with the channel "fax", which nobody knows: in 12 events since 2026-10-05T14:21 UTC',
      "hkg-gateway 送出的 invoice.received，其 channel「fax」不在已知的值內：自 2026年10月5日 14:21 UTC 起有 12 個事件",
      "hkg-gateway 送出的 invoice.received，其 channel“fax”不在已知的值内：自 2026年10月5日 14:21 UTC 起有 12 个事件",
    ],
  ];
  for (const [sentence, hant, hans] of expected) {
    assert.equal(said(sentence, "zh-Hant"), hant);
    assert.equal(said(sentence, "zh-Hans"), hans);
  }
});

test("what no clause knows stays English, and what stands beside it does not", () => {
  assert.equal(said("the moon was full that day; the drop is proven", "zh-Hant"), "<en>the moon was full that day</en>；下降已證實");
  assert.equal(
    said("x of SIN since 2026-11-22: 5 where 9 was expected; which part did it could not be asked: the query timed out", "zh-Hant"),
    "新加坡的 x，自 2026年11月22日起：實際 5，預期 9；未能查出變化來自哪一部分：<en>the query timed out</en>",
  );
  assert.equal(said("", "zh-Hant"), "");
});

test("every template of the server has a sentence above", () => {
  const all = SENTENCES.join("\n");
  for (const path of SOURCES) {
    const source = readFileSync(join(ROOT, path), "utf8");
    const fragments = path.endsWith(".rs") ? ofRust(source) : ofSql(source);
    assert.ok(fragments.length > 0, `${path} makes no sentences any more`);
    assert.deepEqual(
      fragments.filter((fragment) => !all.includes(fragment)),
      [],
      path,
    );
  }
});

/** What stands between the places of a source's texts, from two words on. */
function ofRust(source: string): string[] {
  const code = source.split("#[cfg(test)]\nmod tests {")[0]!.replace(/^\s*\/\/.*$/gm, "");
  const texts = [...code.matchAll(/"((?:[^"\\]|\\[^])*)"/g)].map(([, text]) => text!.replace(/\\\n\s*/g, ""));
  return texts.flatMap((text) => inWords(text.split(/\{[^}]*\}/)));
}

/** The same of what a view selects in the end. */
function ofSql(source: string): string[] {
  const selected = source.slice(source.lastIndexOf("\nSELECT"));
  return inWords([...selected.matchAll(/'([^']*)'/g)].map(([, text]) => text!));
}

function inWords(fragments: string[]): string[] {
  return fragments.map((fragment) => fragment.trim()).filter((fragment) => /[a-z]{2,} [a-z]{2,}/i.test(fragment));
}
