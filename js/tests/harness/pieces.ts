// A page of single pieces on invented numbers: ?theme=dark&width=300
import "../../src/widgets/lab.css";
import "../../src/widgets/live.css";
import { CutList } from "../../src/pieces/cutlist";
import { LayoutForm, ViewMenu } from "../../src/pieces/layout";
import { type Box, MapCard, type MapLayer } from "../../src/pieces/map";
import { Measures } from "../../src/pieces/measures";
import { h } from "../../src/shared/dom";

const query = new URLSearchParams(location.search);
const dark = query.get("theme") === "dark";
const width = Number(query.get("width") ?? 1060);
const theme: Record<string, string> = dark
  ? { "layout-color0": "#111", "ui-font-color0": "#fff", "ui-font-color1": "rgba(255,255,255,.87)" }
  : { "layout-color0": "#fff", "ui-font-color0": "#000", "ui-font-color1": "rgba(0,0,0,.87)" };
for (const [name, value] of Object.entries(theme)) {
  document.body.style.setProperty(`--jp-${name}`, value);
}
document.body.style.cssText += `margin:0;background:${theme["layout-color0"]}`;

/** Refuses what has an unknown name in it, as the kernel would. */
const slowly = (wrong: string) =>
  new Promise<string>((answer) => setTimeout(() => answer(wrong), 300));

function measures(): HTMLElement {
  const some = new Measures();
  some.draw({ text: "0.083 ± 0.006", reason: "" }, [
    { label: "s", text: "41.2 ± 1.3" },
    { label: "b", text: "240 000 ± 13 000" },
    { label: "s / √b", text: "0.084 ± 0.006", title: "without the uncertainty of the background" },
    { label: "s / √(s + b)", text: "0.084 ± 0.006" },
    { label: "simulated background events", text: "318 (effective 318)" },
  ]);
  const none = new Measures();
  const reason =
    "4.2 effective background events are left, 10 are needed: no significance from so few.";
  none.draw({ text: "", reason }, [{ label: "s", text: "12.1 ± 0.8" }]);
  return h("div", {}, some.root, none.root);
}

function cuts(): HTMLElement {
  const list = new CutList({
    change: (next) =>
      slowly(
        next.some(({ text }) => text.includes("siz "))
          ? "There is no 'jet.siz' (place 1); near names: jet.size, jet0.pt."
          : "",
      ),
  });
  const shown = [
    { text: "fatjet0.mass > 70.0", on: true },
    { text: "fatjet0.tau21 < 0.52", on: false },
    { text: "jet0,jet1.delta_r < 2.5", on: true },
    { text: "jet0,jet1.invariant_mass >= 70.25", on: true },
  ];
  list.draw(shown, "fatjet0.mass >= 100.0");
  const empty = new CutList({ change: () => slowly("") });
  return h("div", {}, list.root, empty.root);
}

const NAMES = ["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.invariant_mass", "met"];
const OTHERS = ["fatjet0.pt", "fatjet0.tau32", "jet0.mass", "jet.size", "ht"];

function arrange(): HTMLElement {
  const form = new LayoutForm({
    change: (next) => {
      const known = next.observables.map((one) => ({
        ...one,
        bins: one.bins ?? 40,
        range: one.range ?? ([0, 500] as [number, number]),
      }));
      return slowly("").then((said) => {
        form.draw({ ...next, observables: known }, catalogue, 48);
        return said;
      });
    },
  });
  const catalogue = OTHERS.map((name) => ({ name, unit: /mass|pt|ht/.test(name) ? "GeV" : "" }));
  const observables = NAMES.map((name, at) => ({
    name,
    unit: at === 1 ? "" : "GeV",
    bins: 40,
    range: (at === 1 ? [0, 1] : [0, 200]) as [number, number],
  }));
  const maps: [string, string][] = [["fatjet0.mass", "fatjet0.tau21"]];
  form.draw(
    {
      observables,
      maps,
      how: "stacked",
      below: "significance",
      log: false,
      snap: true,
      luminosity: 139,
      uncertainty: 0,
    },
    catalogue,
    48,
  );
  form.toggle.click();
  return form.root;
}

function menu(): HTMLElement {
  const one = new ViewMenu(
    { change: () => slowly(""), move: () => {}, remove: () => {} },
    "fatjet0.mass",
  );
  one.draw({ bins: 40, range: [0, 200], first: true, last: false, most: 48 });
  const title = h("h4", {}, h("span", { class: "hml-name" }, "fatjet0.mass"), one.root);
  const card = h("section", { class: "hml-card", style: "width:208px;height:180px" }, title);
  setTimeout(() => one.root.querySelector("button")?.click());
  return card;
}

const BINS = 48;
/** A hill, or a slope where there is no middle. */
function hill(events: number, mx: number, my: number, wx: number, wy: number): Float64Array {
  let seed = events;
  const noise = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const contents = new Float64Array(BINS * BINS);
  for (let n = 0; n < events; n += 1) {
    const radius = Math.sqrt(-2 * Math.log(noise()));
    const turn = 2 * Math.PI * noise();
    const x = Math.floor(BINS * (mx + wx * radius * Math.cos(turn)));
    const y = Math.floor(BINS * (my + wy * radius * Math.sin(turn)));
    if (x >= 0 && x < BINS && y >= 0 && y < BINS)
      contents[x * BINS + y] = (contents[x * BINS + y] ?? 0) + 1;
  }
  return contents;
}

function map(box: Box, data: boolean): HTMLElement {
  const edges = (high: number) => Array.from({ length: BINS + 1 }, (_, n) => (high * n) / BINS);
  const x = { name: "fatjet0.mass", unit: "GeV", edges: edges(240) };
  const y = { name: "fatjet0.tau21", unit: "", edges: edges(1) };
  const layers: MapLayer[] = [
    { label: "zz", kind: "signal", style: 0, contents: hill(1500, 0.4, 0.3, 0.06, 0.12) },
    { label: "qcd", kind: "background", style: 2, contents: hill(9000, 0.2, 0.62, 0.22, 0.2) },
  ];
  if (data)
    layers.push({
      label: "data",
      kind: "data",
      style: 0,
      contents: hill(4000, 0.3, 0.6, 0.2, 0.2),
    });
  const note = "12 bins of signal without background";
  const card = new MapCard("fatjet0.mass", "fatjet0.tau21", {
    hold: (held) => card.draw(layers, held, note),
    commit: (next) => card.draw(layers, next, "committed"),
    cancel: () => card.draw(layers, box, "put back"),
    remove: () => card.root.remove(),
  });
  const show = () => {
    card.frame(x, y);
    card.draw(layers, box, note);
  };
  setTimeout(show);
  return card.root;
}

const boxed: Box = { x: [70, 115], y: [null, 0.5] };
const maps = () =>
  h(
    "div",
    { class: "hml-board" },
    map(boxed, true),
    map({ x: [null, null], y: [null, null] }, false),
    map({ x: [75, 80], y: [0.2, 0.24] }, false),
  );

const pieces: Record<string, () => HTMLElement> = { measures, cuts, arrange, menu, maps };
const wanted = query.get("only")?.split(",") ?? Object.keys(pieces);
const parts = wanted.map((name) => {
  const side = name === "measures" || name === "cuts";
  const style = side ? "max-width:300px;padding:14px" : "padding:14px";
  return h("div", { style, class: side ? "hml-side" : "" }, pieces[name]?.());
});
const lab = h(
  "div",
  { class: dark ? "hml-lab hml-dark" : "hml-lab", style: `width:${width}px;overflow:visible` },
  ...parts,
);
document.querySelector("#pieces")?.append(lab);
