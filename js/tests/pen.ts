// A canvas that remembers what was drawn on it since it was cleared.

export interface Drawn {
  /** Corners of the path; a new line begins where `moved` is set. */
  corners: { x: number; y: number; moved: boolean }[];
  alpha: number;
  colour: unknown;
}
export interface Drawing {
  filled: Drawn[];
  stroked: Drawn[];
}
const drawings = new WeakMap<HTMLCanvasElement, Map<number, Drawing>>();

/** What is on the part of a canvas that begins at `top`. */
export const drawing = (canvas: Element | null | undefined, top = 0): Drawing =>
  drawings.get(canvas as HTMLCanvasElement)?.get(top) ?? { filled: [], stroked: [] };

class Pen {
  globalAlpha = 1;
  fillStyle: unknown = "";
  strokeStyle: unknown = "";
  private corners: Drawn["corners"] = [];
  private top = 0;
  private readonly parts = new Map<number, Drawing>();

  constructor(canvas: HTMLCanvasElement) {
    drawings.set(canvas, this.parts);
  }

  setTransform(...[, , , , , top]: number[]): void {
    this.top = top ?? 0;
  }
  clearRect(): void {
    this.parts.set(this.top, { filled: [], stroked: [] });
  }
  beginPath(): void {
    this.corners = [];
  }
  moveTo(x: number, y: number): void {
    this.corners.push({ x, y, moved: true });
  }
  lineTo(x: number, y: number): void {
    this.corners.push({ x, y, moved: false });
  }
  fill(): void {
    this.parts.get(this.top)?.filled.push(this.drawn(this.fillStyle));
  }
  stroke(): void {
    this.parts.get(this.top)?.stroked.push(this.drawn(this.strokeStyle));
  }
  fillRect(): void {}
  arc(): void {}
  closePath(): void {}
  setLineDash(): void {}
  save(): void {}
  restore(): void {}
  scale(): void {}
  createPattern(): null {
    return null;
  }

  private drawn(colour: unknown): Drawn {
    return { corners: [...this.corners], alpha: this.globalAlpha, colour };
  }
}

// Every canvas has such a pen: jsdom draws nothing.
const kept = new WeakMap<HTMLCanvasElement, Pen>();
HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement) {
  const pen = kept.get(this) ?? new Pen(this);
  kept.set(this, pen);
  return pen as never;
};
