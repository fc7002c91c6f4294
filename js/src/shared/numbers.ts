// Numbers as people read them. A number and its unit stay on one line.

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

/** The greatest value, or 0 if none is positive. */
export const greatest = (values: ArrayLike<number>): number => {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
};

export const sum = (values: readonly number[]): number => values.reduce((all, v) => all + v, 0);

/** A minus sign in place of a hyphen. */
export const minus = (text: string): string => text.replace("-", "−");

/** "−0.1234" */
export const fixed = (value: number, digits = 4): string => minus(value.toFixed(digits));

/** "+0.1234" */
export const signed = (value: number, digits = 4): string =>
  (value < 0 ? "" : "+") + fixed(value, digits);

/** "12,345" */
export const count = (value: number): string => value.toLocaleString("en");

/** Three digits, or a whole number if there are more before the point. */
export const short = (value: number): string =>
  value >= 100 ? count(Math.round(value)) : value.toPrecision(3);

/** "0.9812", or "5.35 × 10⁻⁹" where that would be 0.000…. */
export function scientific(value: number): string {
  if (value === 0 || value >= 0.001) return value.toFixed(4);
  const [digits, power] = value.toExponential(2).split("e");
  const raised = [...power].map((d) => (d === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)] ?? "")));
  return `${digits}\u200a×\u200a10${raised.join("")}`;
}

/** A part of 1 as "12 %", or with digits behind the point. */
export const percent = (part: number, digits = 0): string => `${(100 * part).toFixed(digits)} %`;

/** A part of 1 as "12.3 %", or as "12 %" where the digit behind the point is 0. */
export const shortPercent = (part: number): string => `${Number((100 * part).toFixed(1))} %`;

/** Whole percents; "< 1 %" for a part that is not nothing. */
export const roughPercent = (part: number): string =>
  part > 0 && part < 0.005 ? "< 1 %" : percent(part);

/** "= 0.912"; neither 1.000 while it is less, nor 0.000 while it is more. */
export function probability(value: number): string {
  const text = value.toFixed(3);
  if (text === "1.000") return "> 0.999";
  return text === "0.000" ? "< 0.001" : `= ${text}`;
}

/** The same sentence with percentages that no line break parts. */
export const unbroken = (text: string): string => text.replaceAll(" %", "\u00a0%");

/** Miller indices, minus signs as bars; spaces where one has two digits. */
export function hkl(indices: readonly number[]): string {
  const gap = indices.every((i) => Math.abs(i) < 10) ? "" : " ";
  return indices.map((i) => (i < 0 ? `${-i}`.replace(/./g, "$&\u0305") : `${i}`)).join(gap);
}
