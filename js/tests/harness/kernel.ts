// A test's stand-in for hml_jupyter/widgets: it answers the page as ui.md says, with toys.
import type { Model } from "../../src/shared/kernel";
import { check } from "./checks";
import { states } from "./states";
import { asimov, type Cuts, contents, edges, passing, toys, VIEWS } from "./toys";

type Callback = (...values: never[]) => void;
const LUMINOSITY = 139e3;
const GENERATED = 2000;
const EVENTS = toys();
const rough = (value: number) => value.toPrecision(3);

export class FakeModel implements Model {
  readonly sent: {
    type: string;
    panel: string;
    action: string;
    values: Record<string, unknown>;
  }[] = [];
  readonly traits: Record<string, unknown>;
  private readonly callbacks = new Map<string, Set<Callback>>();
  private cuts: Cuts = {};
  private version = 1;
  delay = 15;

  constructor(
    readonly scenario: string,
    tab: string,
  ) {
    if (scenario !== "empty")
      this.cuts = {
        "fatjet0.mass": { low: 70, high: null },
        "fatjet0.tau21": { low: null, high: 0.52 },
      };
    this.traits = { ...states(scenario), tab, study: "study", version: "0.1.0", drafts: {} };
    if (scenario !== "empty") this.traits.cuts = this.cutsState();
  }

  get(name: string): unknown {
    return this.traits[name];
  }
  set(name: string, value: unknown): void {
    this.traits[name] = value;
  }
  save_changes(): void {}
  on(event: string, callback: Callback): void {
    this.callbacks.set(event, (this.callbacks.get(event) ?? new Set()).add(callback));
  }
  off(event: string, callback: Callback): void {
    this.callbacks.get(event)?.delete(callback);
  }
  emit(event: string, ...values: unknown[]): void {
    for (const callback of this.callbacks.get(event) ?? []) callback(...(values as never[]));
  }
  put(name: string, value: unknown): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  send(content: unknown): void {
    const message = content as (typeof this.sent)[number] & { id: string };
    this.sent.push(message);
    setTimeout(() => {
      const { id, panel, action, values } = message;
      try {
        const [value, buffers] = this.answer(panel, action, values);
        this.emit("msg:custom", { type: "reply", id, ok: true, value }, buffers);
      } catch (error) {
        this.emit("msg:custom", {
          type: "reply",
          id,
          ok: false,
          error: (error as Error).message,
          field: null,
        });
      }
    }, this.delay);
  }

  private ranks(): Record<string, { separation: number; missing: number }> {
    const { catalogue } = this.traits.observables as { catalogue: { name: string }[] };
    const rank = (at: number) => ({
      separation: 0.6 / (1 + (at % 7)),
      missing: at % 3 ? 0 : 0.02 * at,
    });
    return Object.fromEntries(catalogue.map(({ name }, at) => [name, rank(at)]));
  }

  private answer(
    panel: string,
    action: string,
    values: Record<string, unknown>,
  ): [unknown, DataView[]] {
    if (panel === "lab") return [this.lab(action, values), []];
    if (action === "index")
      return this.index(String(values.observable), values.side as "low" | "high");
    if (action === "preview") return [this.preview(String(values.observable)), []];
    if (action === "rank") return [{ ranks: this.ranks() }, []];
    if (action === "picture")
      return [{ png: null, error: "no pictures here", notes: [], about: "" }, []];
    if (action === "check") return [check(panel, values), []];
    if (action === "check_edit") return [{ errors: {}, plan: [String(values.text)] }, []];
    if (action === "undo_plan")
      return [{ entries: ["selected = hml.select(dataset, ...)", "bdt = hml.train(...)"] }, []];
    if (action === "log") return [{ text: "chunk 0: 500 events\n".repeat(40) }, []];
    if (action === "diagrams")
      return [{ names: ["P1_gg_zz_matrix1"] }, [new DataView(new ArrayBuffer(8))]];
    if (action === "export") return [{ path: "study.record.ipynb" }, []];
    return [{}, []];
  }

  private lab(action: string, values: Record<string, unknown>): unknown {
    if (action !== "commit") return { ops: [] };
    if (this.scenario === "error")
      throw new Error("the study is locked by another kernel (process 4242)");
    const { observable, side, value } = values.values as {
      observable: string;
      side: "low" | "high";
      value: number | null;
    };
    if (values.panel === "cuts") {
      const old = this.cuts[observable] ?? { low: null, high: null };
      this.cuts = { ...this.cuts, [observable]: { ...old, [side]: value } };
      this.version += 1;
      setTimeout(() => this.put("cuts", this.cutsState()), 5);
    }
    return { ops: [] };
  }

  private texts(cuts: Cuts): string[] {
    return Object.entries(cuts).flatMap(([name, { low, high }]) => [
      ...(low === null ? [] : [`${name} >= ${low}`]),
      ...(high === null ? [] : [`${name} < ${high}`]),
    ]);
  }

  private code(cuts: string[]): string {
    return `selected_2 = hml.select(dataset, [${cuts.map((cut) => `"${cut}"`).join(", ")}], path="study/data/selected_2")\nselected_2`;
  }

  private row(name: string, cuts: Cuts): string[] {
    const n = EVENTS.map((toy) => passing(toy, cuts).filter(Boolean).length);
    return [name, ...n.map(String), ...n.map((m) => (m / GENERATED).toFixed(3))];
  }

  private flow(cuts: Cuts): string[][] {
    const rows = [["generated", "2000", "2000", "1", "1"], this.row("require", {})];
    let some: Cuts = {};
    for (const [name, { low, high }] of Object.entries(cuts)) {
      const steps: [number | null, string, Cuts[string]][] = [
        [low, ">=", { low, high: null }],
        [high, "<", { low, high }],
      ];
      for (const [value, sign, own] of steps) {
        if (value === null) continue;
        some = { ...some, [name]: own };
        rows.push(this.row(`${name} ${sign} ${value}`, some));
      }
    }
    return rows;
  }

  private significance(cuts: Cuts) {
    const n = EVENTS.map((toy) => passing(toy, cuts).filter(Boolean).length);
    const s = (n[0] ?? 0) * (EVENTS[0]?.weight ?? 0) * LUMINOSITY;
    const b = (n[1] ?? 0) * (EVENTS[1]?.weight ?? 0) * LUMINOSITY;
    const z = asimov(s, b);
    const few = (n[1] ?? 0) < 10;
    const reason = few
      ? `cannot be estimated: ${n[1]} background events left, at least 10 needed`
      : null;
    const text = few ? null : `${rough(z)} ± ${rough((z * 0.5) / Math.sqrt(n[1] ?? 1))}`;
    return { text, reason, s: rough(s), b: rough(b), mc: `${n[1]} events`, z: few ? null : z };
  }

  cutsState(): unknown {
    const views = VIEWS.map((view) => {
      const own = this.cuts[view.name];
      const bound = (value: number | null | undefined) =>
        value === null || value === undefined ? null : { value, text: String(value) };
      const of = (but: string | null) =>
        Object.fromEntries(
          EVENTS.map((toy) => [toy.label, contents(toy, view, passing(toy, this.cuts, but))]),
        );
      const grab = edges(view.low, view.high, view.grab);
      return {
        name: view.name,
        unit: view.unit,
        edges: edges(view.low, view.high, view.bins),
        values: of(null),
        before: of(view.name),
        variances: {},
        low: bound(own?.low),
        high: bound(own?.high),
        grab: { edges: grab, labels: grab.map((x) => String(+x.toFixed(4))) },
        underflow: 0,
        overflow: view.name === "met" ? 12 : 0,
        missing: view.name === "fatjet0.tau21" ? 31 : 0,
      };
    });
    return {
      version: this.version,
      datasets: [
        { target: "dataset", label: "dataset" },
        { target: "selected", label: "selected" },
      ],
      dataset: "dataset",
      luminosity: 139,
      classes: EVENTS.map(({ label }, at) => ({ name: label, is_signal: at === 0, n: 2000 })),
      views,
      cutflow: { columns: ["cut", "zz", "qcd", "ε zz", "ε qcd"], rows: this.flow(this.cuts) },
      significance: this.significance(this.cuts),
      current: { target: "selected_2", cuts: this.texts(this.cuts) },
      code: this.code(this.texts(this.cuts)),
    };
  }

  private index(observable: string, side: "low" | "high"): [unknown, DataView[]] {
    const grabbed = VIEWS.find(({ name }) => name === observable);
    if (!grabbed) throw new Error(`there is no threshold on ${observable}`);
    const stops = edges(grabbed.low, grabbed.high, grabbed.grab);
    const own = this.cuts[observable] ?? { low: null, high: null };
    const at = (edge: number): Cuts => ({
      ...this.cuts,
      [observable]: {
        ...own,
        [side]:
          edge === (side === "low" ? 0 : stops.length - 1) ? null : +(stops[edge] ?? 0).toFixed(4),
      },
    });
    const all = stops.map((_, edge) => at(edge));
    const masks = EVENTS.map((toy) => all.map((cuts) => passing(toy, cuts)));
    const buffers = VIEWS.map((view) => {
      const block = new Float32Array(EVENTS.length * stops.length * view.bins);
      EVENTS.forEach((toy, c) => {
        stops.forEach((_, edge) => {
          block.set(
            contents(toy, view, masks[c]?.[edge] ?? []),
            (c * stops.length + edge) * view.bins,
          );
        });
      });
      return new DataView(block.buffer);
    });
    const z = all.map((cuts) => this.significance(cuts));
    const rows = all.map((cuts) => this.flow(cuts));
    const count = Math.max(...rows.map((flow) => flow.length)) - 2;
    const value = {
      observable,
      side,
      code: all.map((cuts) => this.code(this.texts(cuts))),
      z: {
        text: z.map((one) => one.text ?? one.reason),
        s: z.map((one) => one.s),
        b: z.map((one) => one.b),
        mc: z.map((one) => one.mc),
        curve: z.map((one) => one.z),
      },
      cutflow: {
        from: 2,
        rows: Array.from({ length: count }, (_, r) =>
          rows.map((flow) => flow[r + 2] ?? ["", "", "", "", ""]),
        ),
      },
      views: VIEWS.map(({ name }) => name),
      classes: EVENTS.map(({ label }) => label),
    };
    return [value, buffers];
  }

  private preview(observable: string): unknown {
    const view = VIEWS.find(({ name }) => name === observable);
    if (!view)
      return {
        name: observable,
        error: `unknown observable '${observable}'; near names: fatjet0.mass, fatjet0.pt`,
      };
    const series = EVENTS.map((toy, at) => ({
      label: toy.label,
      is_signal: at === 0,
      density: contents(toy, view, passing(toy, {})).map((n) => n / toy.weight / 1500),
    }));
    return {
      name: observable,
      unit: view.unit,
      edges: edges(view.low, view.high, view.bins),
      series,
      missing: { zz: 0, qcd: 3 },
      error: null,
    };
  }
}
