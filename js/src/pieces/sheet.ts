import { h } from "../shared/dom";

/** Colour and dashes of a sample. */
export interface Ink {
  colour: string;
  dashes: number[];
}

/** A canvas in CSS pixels that takes its colours from the style sheet of the page. */
export class Sheet {
  readonly canvas = h("canvas", { class: "hml-sheet", "aria-hidden": "true" });
  private readonly colours = new Map<string, string>();
  private readonly inks = new Map<number, Ink>();
  private pattern: CanvasPattern | null = null;
  private width = 0;
  private height = 0;
  private ratio = 1;

  /** Take a size, and the colours as they are now. */
  frame(width: number, height: number): void {
    this.colours.clear();
    this.inks.clear();
    this.pattern = null;
    const ratio = globalThis.devicePixelRatio || 1;
    if (width !== this.width || height !== this.height || ratio !== this.ratio) {
      [this.width, this.height, this.ratio] = [width, height, ratio];
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
  }

  /** A pen on a part that is empty now, with its own zero; null where nothing can be drawn. */
  start(top: number, height: number): CanvasRenderingContext2D | null {
    const pen = this.canvas.getContext("2d");
    if (!pen) return null;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, this.ratio * top);
    pen.clearRect(0, 0, this.width, height);
    pen.globalAlpha = 1;
    return pen;
  }

  /** On the border of two device pixels, so that edges are crisp. */
  readonly snap = (at: number): number => Math.round(at * this.ratio) / this.ratio;

  /** A colour of the theme, by the name of its variable. */
  colour(name: string): string {
    const known = this.colours.get(name);
    if (known !== undefined) return known;
    this.canvas.style.color = `var(${name})`;
    const colour = getComputedStyle(this.canvas).color;
    this.canvas.style.color = "";
    this.colours.set(name, colour);
    return colour;
  }

  /** As the style sheet has it for `data-style`. */
  ink(style: number): Ink {
    const known = this.inks.get(style);
    if (known) return known;
    this.canvas.dataset.style = String(style);
    const { strokeDasharray = "" } = getComputedStyle(this.canvas);
    const dashes = strokeDasharray.split(",").map(Number.parseFloat).filter(Number.isFinite);
    this.colours.delete("--hml-c");
    const ink = { colour: this.colour(style < 0 ? "--hml-ink" : "--hml-c"), dashes };
    delete this.canvas.dataset.style;
    this.inks.set(style, ink);
    return ink;
  }

  /** Faint diagonals, as statistical uncertainty is drawn. */
  hatching(pen: CanvasRenderingContext2D): CanvasPattern | string {
    this.pattern ??= pattern(pen, this.colour("--hml-ink"));
    return this.pattern ?? "transparent";
  }
}

function pattern(pen: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const tile = h("canvas", { width: 8, height: 8 });
  const ink = tile.getContext("2d");
  if (!ink) return null;
  ink.scale(2, 2);
  ink.strokeStyle = colour;
  ink.globalAlpha = 0.6;
  ink.lineWidth = 0.7;
  const lines: [number, number, number][] = [
    [0, 4, 4],
    [-1, 1, 2],
    [3, 5, 2],
  ];
  for (const [x, y, length] of lines) {
    ink.moveTo(x, y);
    ink.lineTo(x + length, y - length);
  }
  ink.stroke();
  const made = pen.createPattern(tile, "repeat");
  made?.setTransform(new DOMMatrix().scale(0.5));
  return made;
}
