// Numbers as physicists write them: the twin of hml_jupyter/display/numbers.py.
export const NONE = "–";
const NARROW_SPACE = "\u202f";
const SUPERSCRIPTS: Record<string, string> = Object.fromEntries(
  [..."0123456789-"].map((digit, at) => [digit, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"[at] ?? ""]),
);

const known = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

/** A value and its error, rounded as the Particle Data Group does (Review of Particle Physics, section 5.3). */
export function withError(value: number | null, error: number | null): string {
  if (!known(value)) return NONE;
  if (!known(error) || error <= 0) return number(value);
  const power = powerOf(Math.max(Math.abs(value), error));
  const scale = tenTo(power);
  const decimals = decimalsOf(error / scale);
  const text = `${fixed(value / scale, decimals)} ± ${fixed(error / scale, decimals)}`;
  return power ? `(${text}) × ${ten(power)}` : text;
}

/** A number with so many significant digits. */
export function number(value: number | null, digits = 4): string {
  if (!known(value)) return NONE;
  const power = powerOf(Math.abs(value));
  if (power) return `${general(value / tenTo(power), digits)} × ${ten(power)}`;
  return trimmed(fixed(value, digits - 1 - magnitude(value)));
}

/** A whole number, its thousands set apart. */
export function count(value: number | null): string {
  if (!known(value)) return NONE;
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, NARROW_SPACE);
}

/** A share of weights; one text for sums of the same weights in any order. */
export function efficiency(value: number | null): string {
  return number(known(value) ? Number(value.toPrecision(12)) : null, 3);
}

/** Python's format `g`. */
export function general(value: number, digits: number): string {
  const size = magnitude(value);
  if (size >= -5 && size < digits) return trimmed(fixed(value, digits - 1 - size));
  const [mantissa = "0", power = "0"] = value.toExponential(digits - 1).split("e");
  const sign = Number(power) < 0 ? "-" : "+";
  return `${trimmed(mantissa)}e${sign}${String(Math.abs(Number(power))).padStart(2, "0")}`;
}

/** A number that was typed; NaN where it is anything else, such as one with thousands set apart. */
export function typed(text: string): number {
  const plain = text.trim().replace("\u2212", "-");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

export const notPlain = (text: string) =>
  `${text.trim() || "nothing"} is not a plain number, such as 1200 or 0.52`;

const trimmed = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const tenTo = (power: number) => Number(`1e${power}`);
const magnitude = (value: number) => Number(value.toExponential().split("e")[1]);

/** The power of ten to write in front: 0 for sizes that read well without. */
function powerOf(size: number): number {
  const power = size ? magnitude(size) : 0;
  return power >= -3 && power < 5 ? 0 : power;
}

/** Decimals of an error: two digits up to 354, one from 355, and 950 becomes 1000. */
function decimalsOf(error: number): number {
  const size = magnitude(error);
  return Math.round((error / tenTo(size)) * 100) <= 354 ? 1 - size : -size;
}

/** Rounded half to even, as Python does; JavaScript rounds ties up. */
function fixed(value: number, decimals: number): string {
  if (decimals < 0) {
    const step = tenTo(-decimals);
    const below = Math.floor(value / step);
    const tie = value === (below + 0.5) * step;
    return String((tie ? below + (below % 2 === 0 ? 0 : 1) : Math.round(value / step)) * step);
  }
  const text = value.toFixed(decimals);
  const exact = value.toFixed(Math.min(100, decimals + 30));
  const rest = exact.slice(exact.indexOf(".") + 1 + decimals);
  if (!/^50*$/.test(rest)) return text;
  const down = exact.slice(0, exact.length - rest.length).replace(/\.$/, "");
  return Number(down.at(-1)) % 2 === 0 ? down : text;
}

/** A power of ten, in full where that is short. */
export const decade = (power: number) =>
  power >= 0 && power < 4 ? String(10 ** power) : ten(power);

/** 10 and a superscript. */
export const ten = (power: number) =>
  `10${[...String(power)].map((c) => SUPERSCRIPTS[c]).join("")}`;
