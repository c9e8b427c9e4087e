import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCell, formatChange, formatCount, formatValue, isNumeric, NO_VALUE } from "./numbers.ts";

// Expected texts are written by hand after CLDR's patterns for en and zh (grouping by 3, "," and ".").
test("decimals of any length keep every digit", () => {
  const column = { name: "amount", type: "numeric(38,9)" };
  assert.equal(
    formatCell("12345678901234567890123456789.123456789", column, "en"),
    "12,345,678,901,234,567,890,123,456,789.123456789",
  );
  assert.equal(formatCell("0.100000000", column, "en"), "0.100000000");
  assert.equal(formatCell("-7.00", { name: "amount", type: "numeric(10,2)" }, "zh-Hant"), "-7.00");
});

test("whole numbers past 2^53 keep every digit", () => {
  assert.equal(formatCell("9223372036854775807", { name: "n", type: "bigint" }, "en"), "9,223,372,036,854,775,807");
  assert.equal(formatCount("9007199254740993", "en"), "9,007,199,254,740,993");
});

test("text that is no number stays as it is, and missing values are empty", () => {
  assert.equal(formatCell("NaN", { name: "n", type: "double precision" }, "en"), "NaN");
  assert.equal(formatCell(null, { name: "n", type: "bigint" }, "en"), "");
  assert.equal(formatCell(false, { name: "n", type: "boolean" }, "en"), "false");
});

test("money of the catalogue is exact to the cent", () => {
  assert.equal(formatValue("90071992547409.93", "hkd", "en").replace("\u00a0", " "), "HKD 90,071,992,547,409.93");
});

test("units of the catalogue are written as people read them", () => {
  assert.equal(formatValue("0.955", "ratio", "en"), "95.50%");
  assert.equal(formatValue("1234", "count", "en"), "1,234");
  assert.equal(formatValue("29700.5", "ms", "en"), "29.7 s");
  assert.equal(formatValue("999", "ms", "en"), "999 ms");
  assert.equal(formatValue("10800000", "ms", "zh-Hant"), "3 小時");
  assert.equal(formatValue("1536", "bytes", "en"), "1.5 KiB");
  assert.equal(formatValue("0", "bytes", "en"), "0 B");
  assert.equal(formatValue(null, "ratio", "en"), NO_VALUE);
});

test("changes of ratios are in percentage points, others in percent", () => {
  assert.equal(formatChange(0.064, "ratio", "en"), "+6.4 pp");
  assert.equal(formatChange(-0.5, "count", "en"), "-50%");
  assert.equal(formatChange(0, "count", "en"), "0%");
});

test("numbers are known by the names that PostgreSQL gives their types", () => {
  const numeric = ["bigint", "numeric(38,9)", "double precision", "integer", "real", "smallint"];
  assert.deepEqual(
    numeric.map((type) => isNumeric({ name: "", type })),
    numeric.map(() => true),
  );
  const others = ["text", "interval", "timestamptz", "date", "boolean", "bytea"];
  assert.deepEqual(
    others.map((type) => isNumeric({ name: "", type })),
    others.map(() => false),
  );
});
