//! Sums of decimals given as text, exact: whole numbers of the smallest unit that occurs, never floats.

/** The sum of decimals, with as many digits after the point as the longest of them has; "0" of none. */
export function addDecimals(decimals: string[]): string {
  const scale = Math.max(0, ...decimals.map(scaleOf));
  return textOf(decimals.reduce((sum, decimal) => sum + unitsOf(decimal, scale), 0n), scale);
}

/** The first less the second, exact. */
export function subtractDecimals(one: string, other: string): string {
  const scale = Math.max(scaleOf(one), scaleOf(other));
  return textOf(unitsOf(one, scale) - unitsOf(other, scale), scale);
}

/** The product of two decimals, exact: with as many digits after the point as both have together. */
export function multiplyDecimals(one: string, other: string): string {
  const [first, second] = [scaleOf(one), scaleOf(other)];
  return textOf(unitsOf(one, first) * unitsOf(other, second), first + second);
}

/** True where two decimals differ by less than one unit of the last of so many digits: one of them is rounded to these. */
export function agreeTo(digits: number, one: string, other: string): boolean {
  const difference = subtractDecimals(one, other);
  const scale = Math.max(scaleOf(difference), digits);
  const units = unitsOf(difference, scale);
  return (units < 0n ? -units : units) < 10n ** BigInt(scale - digits);
}

/** True of a decimal that is 0, however many zeros it is written with. */
export function isZero(decimal: string): boolean {
  return /^[+-]?0*(\.0*)?$/.test(decimal);
}

function scaleOf(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0;
}

function unitsOf(decimal: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = decimal.replace(/^[+-]/, "").split(".");
  const units = BigInt(whole + fraction.padEnd(scale, "0"));
  return decimal.startsWith("-") ? -units : units;
}

function textOf(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(-scale)}`}`;
}
