import { h, write } from "../shared/dom";
import type { ScoreShapes } from "../shared/trainingstate";
import { Curve, type Line } from "./curve";

const STYLES: Record<string, number> = { signal: 0, background: 2 };

/** The scores of training events (lines) and of test events (points): where they differ, a model knows events by heart. */
export class Scores {
  private readonly words = h("p", { class: "hml-words" });
  private readonly curve = new Curve("training against test", {
    x: "score",
    y: "density",
    domain: { x: [0, 1] },
    empty: "The scores of a trained model are drawn here.",
  });
  readonly root = this.curve.root;

  constructor() {
    this.root.append(this.words);
    this.draw(undefined);
  }

  draw(shapes: ScoreShapes | undefined): void {
    const sides = Object.keys(shapes?.train ?? {});
    const lines = sides.flatMap((side) => (shapes ? pair(shapes, side) : []));
    this.curve.draw(lines, shapes?.target ?? "");
    write(this.words, shapes?.text ?? "");
    this.words.classList.toggle("hml-warn", shapes?.agree === false);
  }

  dispose(): void {
    this.curve.dispose();
  }
}

function pair({ edges, train, test }: ScoreShapes, side: string): Line[] {
  const style = STYLES[side] ?? 3;
  const { density = [], error = [] } = test[side] ?? {};
  const middle = (bin: number) => ((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2;
  return [
    { label: `${side} training`, style, points: steps(edges, train[side] ?? []) },
    {
      label: `${side} test`,
      style,
      points: density.map((value, bin) => [middle(bin), value]),
      errors: error,
    },
  ];
}

/** The outline of a histogram. */
function steps(edges: number[], contents: number[]): [number, number][] {
  const tops = contents.flatMap((value, bin): [number, number][] => [
    [edges[bin] ?? 0, value],
    [edges[bin + 1] ?? 0, value],
  ]);
  return [[edges[0] ?? 0, 0], ...tops, [edges.at(-1) ?? 1, 0]];
}
