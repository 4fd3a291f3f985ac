import type { BoardState } from "../shared/boardstate";
import { Kernel, type Model, reason } from "../shared/kernel";
import { Standing } from "./standing";

/** The name under which a board of its own hears requests and commits. */
const PANEL = "board";

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const kernel = new Kernel(model);
  const board = new Standing({
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
  const update = () => board.live.update(model.get("state") as BoardState);
  el.append(board.root);
  model.on("change:state", update);
  update();
  // The size of the cards is known once the element stands in the page.
  const first = setTimeout(() => board.live.shown());
  return () => {
    clearTimeout(first);
    model.off("change:state", update);
    board.dispose();
    kernel.dispose();
  };
}

export default { render };
