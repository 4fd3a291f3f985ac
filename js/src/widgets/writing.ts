import type { Held } from "./board";
import type { Host } from "./host";

const BOX = "A box was put: the notebook writes its cell.";
const HERE = "Drag a handle inwards: letting go writes the cell.";
const BOTH = "Both thresholds were moved: the notebook writes their cell.";

/** Show the cell that thresholds would write: those that are held, a box that was put, or what the kernel has said. */
export function write(host: Host, held: Held | null, box: boolean, code: string | null): void {
  const [side, other] = held?.moved ?? [];
  const index = held?.index?.value;
  if (box) host.cell(null, BOX);
  else if (other && host.still) host.cell(null, BOTH);
  else if (other) host.asking();
  else if (index && side) {
    const place = held.window[side] ?? (side === "low" ? 0 : index.places.length - 1);
    host.cell(index.code[side][place] ?? null, "");
  } else host.cell(code, HERE);
}
