import "./lab.css";
import { type Cell, Footer } from "../pieces/footer";
import { Notice } from "../pieces/notice";
import { Tabs } from "../pieces/tabs";
import { button, fill, h, keepFocus, unique, write } from "../shared/dom";
import { Kernel, type Model, type Progress, type Result, reason } from "../shared/kernel";
import { Notebook } from "../shared/notebook";
import { Recorder } from "../shared/recorder";
import type { Empty, Header, PanelName, RecordState, Values } from "../shared/state";
import { HeaderBar } from "./header";
import type { Bench, Panel } from "./panel";
import { NAMES, PANELS } from "./panels";

const RESTARTED =
  "The kernel was restarted or is gone. Run the cell of this Lab again: the study is read from its record.";

/** One view of a Lab: the frame around the panels. */
class LabView {
  private readonly id = unique("lab");
  private readonly kernel: Kernel;
  private readonly notebook: Notebook;
  private readonly recorder: Recorder;
  private readonly header: HeaderBar;
  private readonly tabs: Tabs<PanelName>;
  private readonly body = h("div", { class: "hml-body", role: "tabpanel", id: `${this.id}-panel` });
  private readonly footer = new Footer();
  private readonly notice = new Notice();
  private readonly live = h("div", { class: "hml-live", role: "status", "aria-live": "polite" });
  private readonly panels = new Map<PanelName, Panel>();
  private readonly footers = new Map<PanelName, Cell>();
  private readonly listeners: [string, () => void][] = [];
  private tab: PanelName;
  private alive = false;
  private saving: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: Model,
    private readonly root: HTMLElement,
  ) {
    const study = () => String(model.get("study"));
    this.kernel = new Kernel(model);
    this.notebook = new Notebook(root, study);
    this.recorder = new Recorder(this.kernel, this.notebook);
    this.header = new HeaderBar(
      study(),
      () => void this.interrupt(),
      () => this.undo(),
    );
    this.tab = this.named(model.get("tab"));
    const titles = Object.fromEntries(NAMES.map((name) => [name, PANELS[name].title]));
    this.tabs = new Tabs(titles as Record<PanelName, string>, this.id, (name) => this.go(name));
    const rail = h("div", { class: "hml-rail" }, this.tabs.root, this.notice.root);
    root.append(this.header.root, rail, this.body, this.footer.root, this.live);
    this.recorder.onchange = () => this.drawQueue();
    this.notebook.onkernel = (status) => this.kernelIs(status);
    this.kernel.onprogress = (message) => this.progress(message);
    this.kernel.onresult = (message) => this.result(message);
    this.kernel.onnotice = ({ text }) => this.notice.show(text);
    for (const name of NAMES) this.listen(`change:${name}`, () => this.update(name));
    this.listen("change:counts", () => this.drawTabs());
    this.listen("change:header", () => this.drawHeader());
    this.listen("change:tab", () => this.go(this.named(this.model.get("tab")), false));
    this.drawHeader();
    this.drawTabs();
    this.show();
  }

  /** Look for the notebook, once the view stands in the page. */
  async attach(): Promise<void> {
    try {
      await this.recorder.attach();
    } catch (error) {
      this.header.warn(reason(error));
    }
  }

  dispose(): void {
    clearTimeout(this.saving);
    for (const [event, callback] of this.listeners) this.model.off(event, callback);
    for (const panel of this.panels.values()) panel.dispose?.();
    this.recorder.dispose();
    this.kernel.dispose();
  }

  private listen(event: string, callback: () => void): void {
    this.model.on(event, callback);
    this.listeners.push([event, callback]);
  }

  private named(tab: unknown): PanelName {
    return NAMES.find((name) => name === tab) ?? "processes";
  }

  private bench(panel: PanelName): Bench {
    return {
      kernel: this.kernel,
      model: this.model,
      commit: (from, action, values, text, key) => {
        this.notice.show("");
        return this.recorder.commit({ panel: from, action, values, text, key: key ?? null });
      },
      footer: (footer) => {
        this.footers.set(panel, { ...footer, asking: false });
        if (panel === this.tab) this.drawFooter();
      },
      asking: () => {
        const before = this.footers.get(panel) ?? { code: null, missing: "" };
        this.footers.set(panel, { ...before, asking: true });
        if (panel === this.tab) this.drawFooter();
      },
      queue: this.recorder,
      draft: (values) => this.draft(panel, values),
      go: (tab) => this.tabs.choose(tab),
      interrupt: () => void this.interrupt(),
      reveal: (record_id) => void this.reveal(record_id),
    };
  }

  private empty(name: PanelName): Empty | null {
    const state = this.model.get(name) as Partial<Empty> | null;
    if (!state || Object.keys(state).length === 0)
      return { empty: "The kernel has not answered yet.", go: name };
    return state.empty === undefined ? null : { empty: state.empty, go: this.named(state.go) };
  }

  /** Bring a panel up to date; a panel is made when there is something to show in it. */
  private update(name: PanelName): void {
    if (name === "record")
      this.header.offer((this.model.get("record") as RecordState)?.undo?.text ?? null);
    if (this.empty(name)) {
      if (name === this.tab) this.show();
      return;
    }
    const panel = this.panels.get(name);
    panel?.update();
    if (name === this.tab && panel?.main.parentElement !== this.body) this.show();
  }

  private show(): void {
    const empty = this.empty(this.tab);
    const { title, make } = PANELS[this.tab];
    if (empty) {
      const go =
        empty.go === this.tab
          ? null
          : button(`Go to ${PANELS[empty.go].title}`, () => this.go(empty.go), {
              class: "hml-button hml-primary",
              "data-key": "go",
            });
      const main = h(
        "div",
        { class: "hml-main hml-empty" },
        h("h3", {}, title),
        h("p", {}, empty.empty),
        go,
      );
      fill(this.body, main);
      this.footers.set(this.tab, { code: null, missing: empty.empty, asking: false });
    } else {
      let panel = this.panels.get(this.tab);
      if (!panel) {
        panel = new make(this.bench(this.tab));
        this.panels.set(this.tab, panel);
        panel.update();
      }
      fill(this.body, panel.main, panel.side);
      panel.shown?.();
    }
    this.body.setAttribute("aria-labelledby", `${this.id}-${this.tab}`);
    this.drawFooter();
  }

  private go(tab: PanelName, save = true): void {
    if (tab === this.tab) return;
    this.panels.get(this.tab)?.hidden?.();
    this.tab = tab;
    if (save) {
      this.model.set("tab", tab);
      this.model.save_changes();
    }
    this.drawTabs();
    this.show();
  }

  private drawHeader(): void {
    // What runs can be canceled by keyboard; when it has gone, the focus stays in the Lab.
    keepFocus(
      this.root,
      () => this.header.draw(this.model.get("header") as Header),
      () => [`tab ${this.tab}`],
    );
    this.panels.get("record")?.update();
    this.drawFooter();
  }

  private drawTabs(): void {
    this.tabs.draw(this.tab, (this.model.get("counts") ?? {}) as Record<string, string>);
    this.header.offer((this.model.get("record") as RecordState)?.undo?.text ?? null);
  }

  private drawFooter(): void {
    const cell = this.footers.get(this.tab) ?? { code: null, missing: "", asking: false };
    const busy = (this.model.get("header") as Header).running !== null;
    this.footer.draw(cell, this.tab === "record" ? "the last cell" : "this is the cell", busy);
  }

  private drawQueue(): void {
    this.header.drawQueue(this.recorder);
    for (const panel of this.panels.values()) panel.queued?.();
  }

  private progress(message: Progress): void {
    this.header.hear(message);
    const panel = NAMES.find((name) => name === message.panel);
    if (panel) this.panels.get(panel)?.progress?.(message);
  }

  private result(message: Result): void {
    const name = NAMES.find((one) => one === message.panel);
    if (name) this.panels.get(name)?.result?.(message);
    const words = {
      done: "is done",
      failed: `failed: ${message.error ?? ""}`,
      interrupted: "was interrupted",
    };
    write(this.live, `step ${message.record_id} ${words[message.status]}`);
  }

  private draft(panel: PanelName, values: Values): void {
    clearTimeout(this.saving);
    const drafts = { ...(this.model.get("drafts") as Record<string, Values>), [panel]: values };
    this.model.set("drafts", drafts);
    this.saving = setTimeout(() => this.model.save_changes(), 400);
  }

  private undo(): void {
    void this.recorder
      .commit({ panel: "record", action: "undo", values: {}, text: "undo", key: null })
      .then(({ error }) => {
        if (error) this.header.warn(error);
      });
  }

  private async interrupt(): Promise<void> {
    try {
      if (await this.notebook.interrupt()) return;
      this.header.warn("Interrupt the kernel with your notebook's own button: this page cannot.");
    } catch (error) {
      this.header.warn(reason(error));
    }
  }

  private async reveal(record_id: string): Promise<void> {
    try {
      if (!(await this.notebook.reveal(record_id)))
        this.notice.show("there is no notebook to show the cell in");
    } catch (error) {
      this.header.warn(reason(error));
    }
  }

  private kernelIs(status: string): void {
    if (status === "idle" || status === "busy") this.alive = true;
    if (status !== "dead" && !(status === "restarting" && this.alive)) return;
    this.kernel.lost(RESTARTED);
    this.header.warn(RESTARTED);
  }
}

/** Keys that are typed here are not the notebook's. */
function stop(event: Event): void {
  event.stopPropagation();
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const root = h("div", {
    class: "hml-lab",
    "data-lm-suppress-shortcuts": "true",
    onkeydown: stop,
  });
  el.append(root);
  const view = new LabView(model, root);
  // The plugin finds the notebook by the elements around the view, which are not there yet.
  const attach = setTimeout(() => void view.attach());
  return () => {
    clearTimeout(attach);
    view.dispose();
    root.remove();
  };
}

export default { render };
