// What a saved page carries, of toys.
import type { Saved } from "../../src/page";
import { ToyBoard } from "./board";
import { COLUMNS, samples } from "./toys";

function base64(view: DataView): string {
  let text = "";
  for (let at = 0; at < view.byteLength; at += 1) text += String.fromCharCode(view.getUint8(at));
  return btoa(text);
}

export function toyBoard(scenario = "filled"): ToyBoard {
  const board = new ToyBoard(samples(scenario), COLUMNS);
  board.set("fatjet0.mass", "low", 70);
  board.set("fatjet0.tau21", "high", 0.52);
  return board;
}

/** The state with indexes of some observables. */
export function saved(board: ToyBoard, observables: string[]): Saved {
  const indexes = observables.map((observable) => {
    const [reply, buffers] = board.index(observable);
    return { reply, buffers: buffers.map(base64) };
  });
  const boxes = board.maps.map(([x, y]) => ({ x, y, buffer: base64(board.box(x, y)) }));
  return { state: JSON.parse(JSON.stringify(board.state())), indexes, boxes };
}
