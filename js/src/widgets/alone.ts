import type { BoardState } from "../shared/boardstate";
import { Kernel, type Model, reason } from "../shared/kernel";
import { Standing } from "./standing";

const RESTARTED =
  "The kernel was restarted or is gone. Run the cell of this board again; its cuts are in the line below.";
/** The name under which a board of its own hears requests and commits. */
const PANEL = "board";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const kernel = new Kernel(model);
  const board = new Standing({
    hint: "Drag a handle inwards, or focus it and use the arrow keys; Escape puts it back. No cell is written: Copy takes the call that selects these events.",
    still: false,
    locked: "",
    request: (action, values) => kernel.request(PANEL, action, values),
    commit: async (action, values) => {
      try {
        await kernel.request(PANEL, action, values);
        return { error: null };
      } catch (error) {
        return { error: reason(error) };
      }
    },
  });
  // Jupyter's widgets say so where the connection to the kernel has ended.
  const lost = () => {
    kernel.lost(RESTARTED);
    board.live.complaint.show(RESTARTED);
  };
  model.on("comm_live_update", lost);
  const update = () => board.live.update(model.get("state") as BoardState);
  el.append(board.root);
  model.on("change:state", update);
  update();
  // The size of the cards is known once the element stands in the page.
  const first = setTimeout(() => board.live.shown());
  return () => {
    clearTimeout(first);
    model.off("change:state", update);
    model.off("comm_live_update", lost);
    board.dispose();
    kernel.dispose();
  };
}

export default { render };
