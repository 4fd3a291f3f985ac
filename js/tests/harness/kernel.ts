// A test's stand-in for hml_jupyter/widgets: it answers the page as ui.md says, with toys.
import type { Model } from "../../src/shared/kernel";
import { ToyBoard } from "./board";
import { check } from "./checks";
import { preserveAnswer } from "./preserve";
import { states } from "./states";
import { COLUMNS, contents, edges, samples, toys, VIEWS } from "./toys";

type Callback = (...values: never[]) => void;
const EVENTS = toys();

/** Observables that begin with "bad" are none. */
function read(text: string): { name: string; error: string | null } {
  const error = text.startsWith("bad") ? `unknown observable '${text}'; near names: met` : null;
  return { name: text, error };
}

export class FakeModel implements Model {
  readonly sent: {
    type: string;
    panel: string;
    action: string;
    values: Record<string, unknown>;
  }[] = [];
  readonly traits: Record<string, unknown>;
  private readonly callbacks = new Map<string, Set<Callback>>();
  readonly board: ToyBoard;
  delay = 15;

  constructor(
    readonly scenario: string,
    tab: string,
  ) {
    this.board = new ToyBoard(samples(scenario), COLUMNS);
    if (scenario === "observed")
      Object.assign(this.board.layout, { how: "stacked", below: "ratio", log: true });
    if (scenario === "observed") this.board.maps = [["fatjet0.mass", "fatjet0.tau21"]];
    if (scenario !== "odd") {
      this.board.set("fatjet0.mass", "low", 70);
      this.board.set("fatjet0.tau21", "high", 0.52);
    }
    this.traits = { ...states(scenario), tab, study: "study", version: "0.1.0", drafts: {} };
    if (scenario !== "empty") this.traits.cuts = this.board.state();
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
    if (panel === "cuts") return this.cuts(action, values);
    if (action === "preview") return [this.preview(String(values.observable)), []];
    if (action === "rank") return [{ ranks: this.ranks() }, []];
    if (action === "picture") return [{ pictures: [], error: "no pictures here", notes: [] }, []];
    if (panel === "preserve" && action !== "check") return [preserveAnswer(action, values), []];
    if (action === "read") return [read(String(values.observable)), []];
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
    if (values.panel === "cuts") {
      this.change(String(values.action), values.values);
      this.put("cuts", this.board.state());
    }
    return { ops: [] };
  }

  private cuts(action: string, values: Record<string, unknown>): [unknown, DataView[]] {
    const { board } = this;
    if (action === "index") return board.index(String(values.observable));
    if (action === "best")
      return [board.find(String(values.observable), values.side as "low" | "high"), []];
    if (action === "box")
      return [{ x: values.x, y: values.y }, [board.box(String(values.x), String(values.y))]];
    return [{}, []];
  }

  private change(action: string, given: unknown): void {
    const { board } = this;
    const values = given as Parameters<ToyBoard["list"]>[0] &
      Parameters<ToyBoard["arrange"]>[0] & { moves: Parameters<ToyBoard["move"]>[0][] };
    if (action === "set") for (const move of values.moves) board.move(move);
    if (action === "cuts") board.list(values);
    if (action === "layout") board.arrange(values);
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
      density: contents(toy, view).map((n) => n / toy.weight / 1500),
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
