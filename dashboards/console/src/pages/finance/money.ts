//! Amounts for reading: every digit that an amount has, and at least two after the point.
import { formatDecimal } from "../../format/numbers.ts";
import type { Language } from "../../words/index.ts";

/** An amount without its currency, where the table's head says it. */
export function formatAmount(decimal: string, language: Language): string {
  return formatDecimal(decimal, { minimumFractionDigits: 2, maximumFractionDigits: digitsOf(decimal) }, language);
}

/** An amount with its currency's code. */
export function formatMoney(decimal: string, currency: string, language: Language): string {
  return formatDecimal(decimal, {
    style: "currency", currency, currencyDisplay: "code", minimumFractionDigits: 2, maximumFractionDigits: digitsOf(decimal),
  }, language);
}

/** A quantity with the digits that it has. */
export function formatQuantity(decimal: string, language: Language): string {
  return formatDecimal(decimal, { maximumFractionDigits: 20 }, language);
}

/** Digits after the point without zeros at the end; two at least. */
function digitsOf(decimal: string): number {
  return Math.max(2, (decimal.split(".")[1] ?? "").replace(/0+$/, "").length);
}
