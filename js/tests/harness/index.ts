// A page that mounts the Lab on a stand-in kernel: ?tab=cuts&scenario=filled&theme=dark
import lab from "../../src/widgets/lab";
import { FakeModel } from "./kernel";

const query = new URLSearchParams(location.search);
const theme = query.get("theme") ?? "light";
document.body.dataset.jpThemeLight = String(theme === "light");
document.body.className = theme;
const model = new FakeModel(query.get("scenario") ?? "filled", query.get("tab") ?? "processes");
// A plugin that takes every event and has nothing to write.
if (query.get("plugin") !== "none") {
  document.addEventListener("hml:attach", (event) => {
    const { onCells, onKernel, done } = (event as CustomEvent).detail;
    event.preventDefault();
    onCells([]);
    onKernel("idle");
    done({ notebook: "study.ipynb", host: null, detach: () => {} });
  });
}
const el = document.querySelector<HTMLElement>("#lab") ?? document.body;
let cleanup = lab.render({ model, el });
Object.assign(window, {
  model,
  again: () => {
    cleanup();
    cleanup = lab.render({ model, el });
  },
});
if (query.get("scenario") === "running") {
  const curves = {
    loss: [0.6, 0.5, 0.44, 0.4, 0.38, 0.37, 0.36],
    val_loss: [0.62, 0.54, 0.47, 0.44, 0.42, 0.42, 0.41],
  };
  const panel = query.get("tab");
  const record_id = panel === "training" ? "0006" : "0002";
  const text = panel === "training" ? "epoch 7 of 20" : "1 200 of 2 000 events";
  const send = () =>
    model.emit("msg:custom", {
      type: "progress",
      record_id,
      panel,
      fraction: panel === "training" ? 0.35 : 0.6,
      text,
      rate: "71 events/s",
      left: "12 s left",
      curves: panel === "training" ? curves : null,
    });
  setTimeout(send, 150);
}
