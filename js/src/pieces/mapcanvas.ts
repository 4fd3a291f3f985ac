import { max } from "d3-array";

export interface MapLayer {
  label: string;
  kind: "signal" | "background" | "data";
  style: number;
  /** Expected events a bin, x-major, flows left out. */
  contents: ArrayLike<number>;
}
export const SHOWN = ["both", "background", "signal", "s/(s+b)", "data"] as const;
export type Shown = (typeof SHOWN)[number];

/** Where the bins are on the canvas, in pixels: left to right, and bottom to top. */
export interface Grid {
  px: ArrayLike<number>;
  py: ArrayLike<number>;
  /** Where the canvas begins. */
  left: number;
  top: number;
  width: number;
  height: number;
}
type Cell = (share: number, x: number, y: number, width: number, height: number) => void;

function total(layers: MapLayer[], kind: MapLayer["kind"], bins: number): Float64Array {
  const sum = new Float64Array(bins);
  for (const layer of layers) {
    if (layer.kind !== kind) continue;
    for (let bin = 0; bin < bins; bin += 1) sum[bin] = (sum[bin] ?? 0) + (layer.contents[bin] ?? 0);
  }
  return sum;
}

/** Signal among all that is expected; where nothing is expected, nothing is drawn. */
function purity(signal: Float64Array, background: Float64Array): Float64Array {
  return signal.map((s, bin) => {
    const all = s + (background[bin] ?? 0);
    return s > 0 && all > 0 ? s / all : 0;
  });
}

/** Call `draw` for each bin above zero, with its share of `top`; cells lie on whole device pixels. */
function each(grid: Grid, values: ArrayLike<number>, top: number, ratio: number, draw: Cell): void {
  const { px, py, left, top: above } = grid;
  const device = (at: number) => Math.round(at * ratio);
  const xs = Array.from(px, (x) => device(x - left));
  const ys = Array.from(py, (y) => device(y - above));
  const rows = ys.length - 1;
  for (let bin = 0; bin < values.length; bin += 1) {
    const value = values[bin] ?? 0;
    if (!(value > 0)) continue;
    const [column, row] = [Math.floor(bin / rows), bin % rows];
    const [x, y] = [xs[column] ?? 0, ys[row + 1] ?? 0];
    draw(Math.min(1, value / top), x, y, (xs[column + 1] ?? x) - x, (ys[row] ?? y) - y);
  }
}

/** What is expected as shades, signal as squares whose area is the content: seen apart by their form, not by hue alone. */
export function paint(
  canvas: HTMLCanvasElement,
  grid: Grid,
  layers: MapLayer[],
  shown: Shown,
): void {
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(grid.width * ratio);
  canvas.height = Math.round(grid.height * ratio);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const style = getComputedStyle(canvas);
  const colour = (at: number) => style.getPropertyValue(`--hml-s${at}`).trim() || style.color;
  const bins = (grid.px.length - 1) * (grid.py.length - 1);
  const shade = (values: ArrayLike<number>, fill: string, top = max(Array.from(values)) ?? 0) => {
    pen.fillStyle = fill;
    // The eye sees tails in the square root of the content.
    each(grid, values, top, ratio, (share, x, y, width, height) => {
      pen.globalAlpha = 0.06 + 0.84 * Math.sqrt(share);
      pen.fillRect(x, y, width, height);
    });
  };
  const squares = ({ contents, style: at }: MapLayer) => {
    pen.fillStyle = colour(at);
    pen.globalAlpha = 1;
    const top = max(Array.from(contents)) ?? 0;
    each(grid, contents, top, ratio, (share, x, y, width, height) => {
      const side = Math.sqrt(share);
      const [w, h] = [width * side, height * side];
      pen.fillRect(x + (width - w) / 2, y + (height - h) / 2, w, h);
    });
  };
  const signals = layers.filter(({ kind }) => kind === "signal");
  const background = total(layers, "background", bins);
  const signal = total(layers, "signal", bins);
  if (shown === "both" || shown === "background") shade(background, style.color);
  if (shown === "both") signals.forEach(squares);
  if (shown === "signal") shade(signal, colour(signals[0]?.style ?? 0));
  if (shown === "data") shade(total(layers, "data", bins), style.color);
  if (shown === "s/(s+b)") shade(purity(signal, background), colour(signals[0]?.style ?? 0), 1);
}
