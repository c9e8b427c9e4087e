import assert from "node:assert/strict";
import { test } from "node:test";
import { addDecimals, agreeTo, isZero, multiplyDecimals, subtractDecimals } from "./decimals.ts";

// Expected values are worked out by hand; each of them is wrong in binary floating point.
test("sums keep every digit", () => {
  assert.equal(addDecimals(["0.1", "0.2"]), "0.3");
  assert.equal(addDecimals(["12345678901234567.89", "0.010000001"]), "12345678901234567.900000001");
  assert.equal(addDecimals(["-250.00", "0.01"]), "-249.99");
  assert.equal(addDecimals([]), "0");
});

test("differences keep every digit and their sign", () => {
  assert.equal(subtractDecimals("0.3", "0.1"), "0.2");
  assert.equal(subtractDecimals("-0.05", "0.000"), "-0.050");
  assert.equal(subtractDecimals("9007199254740993", "9007199254740992"), "1");
});

test("zero is zero with any number of digits", () => {
  assert.ok(isZero("0.000000000") && isZero("-0") && isZero("0"));
  assert.ok(!isZero("0.000000001"));
});

// 33.5469125 x 7.822345 by Python's decimal.
test("products keep every digit", () => {
  assert.equal(multiplyDecimals("33.5469125", "7.822345"), "262.4155232598125");
  assert.equal(multiplyDecimals("-0.5", "3"), "-1.5");
});

test("a rounded number agrees with the exact one within its last digit", () => {
  assert.ok(agreeTo(9, "859.7838983598125", "859.783898360"));
  assert.ok(agreeTo(9, "1.50", "1.5"));
  assert.ok(!agreeTo(9, "1.500000001", "1.5"));
});
