import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAmount, formatMoney, formatQuantity } from "./money.ts";

test("an amount shows two digits, and more only where it has them", () => {
  assert.equal(formatAmount("7500.000000000", "en"), "7,500.00");
  assert.equal(formatAmount("77.777", "en"), "77.777");
  assert.equal(formatAmount("-250", "zh-Hant"), "-250.00");
});

test("no digit of a large amount is lost", () => {
  assert.equal(formatAmount("12345678901234567.890000001", "en"), "12,345,678,901,234,567.890000001");
});

test("money has its currency's code, also of currencies without cents", () => {
  assert.equal(formatMoney("61.960000000", "HKD", "en").replace(/\s/g, " "), "HKD 61.96");
  assert.equal(formatMoney("1200.000000000", "JPY", "en").replace(/\s/g, " "), "JPY 1,200.00");
});

test("a quantity has no zeros that say nothing", () => {
  assert.equal(formatQuantity("61.957139427", "en"), "61.957139427");
  assert.equal(formatQuantity("12.000000000", "en"), "12");
});
