import assert from "node:assert/strict";
import { test } from "node:test";
import { filePath, filesOf, isPicture, shortName } from "./files.ts";

// As the history keeps them (docs/reports.md: names, formats and media types of a run's files).
const CELL = JSON.stringify([
  { name: "daily.xlsx", format: "xlsx", media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", size_bytes: 4096, sha256: "00", content_base64: null },
  { name: "daily.excel.csv", format: "excel-csv", media_type: "text/csv; charset=utf-8; header=present", size_bytes: 12, sha256: "00", content_base64: null },
  { name: "daily.png", format: "png", media_type: "image/png", size_bytes: 900, sha256: "00", content_base64: null },
]);

test("the files of a run are read, and told apart by what follows the report's name", () => {
  const files = filesOf(CELL);
  assert.deepEqual(files.map(({ name }) => shortName("daily/20260301T003000Z", name)), ["XLSX", "EXCEL.CSV", "PNG"]);
  assert.equal(shortName("daily-costs/20260301T003000Z", "daily-costs-HKG.pdf"), "HKG.PDF");
  assert.deepEqual(files.filter(isPicture).map(({ name, size_bytes }) => [name, size_bytes]), [["daily.png", 900]]);
});

test("a run that is not made has no files", () => {
  assert.deepEqual([null, "", "[]"].flatMap(filesOf), []);
});

test("a file is asked for below its report and its run", () => {
  assert.equal(filePath("daily/20260301T003000Z-by-hand", "daily-HKG.xlsx"), "/v1/report-runs/daily/20260301T003000Z-by-hand/daily-HKG.xlsx");
  assert.equal(filePath("daily/20260301T003000Z", "a b/c.png"), "/v1/report-runs/daily/20260301T003000Z/a%20b%2Fc.png");
});
