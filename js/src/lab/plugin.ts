import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookCellExecutor, INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { applyOps, findRecorded, recordedCells } from "../shared/cells";
import type { Outcome, Questions } from "../shared/events";
import { cellOf, locate, runCells, watchContent, watchKernel } from "./panel";

interface Place {
  app: JupyterFrontEnd;
  executor: INotebookCellExecutor;
  panel: NotebookPanel;
  host: string | null;
}

type Answer<Name extends keyof Questions> = Parameters<NonNullable<Questions[Name]["done"]>>[0];
type Handlers = {
  [Name in keyof Questions]: (
    place: Place,
    question: Questions[Name],
  ) => Promise<Answer<Name>> | Answer<Name>;
};

/** The end of the newest run of each notebook: recorded cells run in the order of their clicks. */
const queues = new WeakMap<NotebookPanel, Promise<unknown>>();

const handlers: Handlers = {
  "hml:attach": ({ panel, host }, { study, onCells, onKernel }) => {
    let last = "";
    const tell = () => {
      if (!panel.model) return;
      const cells = recordedCells(panel.model.sharedModel, study);
      const text = JSON.stringify(cells);
      if (text !== last) onCells(cells);
      last = text;
    };
    tell();
    const stops = [watchContent(panel, tell), watchKernel(panel.sessionContext, onKernel)];
    const detach = () => {
      for (const stop of stops) stop();
    };
    return { notebook: panel.context.path, host, detach };
  },

  "hml:cells": async ({ panel, host, executor }, { study, ops, applied }) => {
    if (!panel.model) throw new Error("the notebook is closed");
    const changes = applyOps(panel.model.sharedModel, { study, host }, ops);
    const outcomes: Outcome[] = changes.map(({ record_id, outcome }) => {
      return { record_id, outcome, ran: null };
    });
    applied?.(outcomes);
    const running = outcomes.filter((change, index) => {
      return ops[index]?.run && ["inserted", "amended"].includes(change.outcome);
    });
    const ids = running.map((change) => changes[outcomes.indexOf(change)]?.cell_id ?? "");
    const run = (queues.get(panel) ?? Promise.resolve()).then(() => runCells(panel, executor, ids));
    queues.set(panel, run);
    const ran = await run;
    const results = new Map(running.map((change, index) => [change, ran[index] ?? null]));
    return {
      outcomes: outcomes.map((change) => ({ ...change, ran: results.get(change) ?? null })),
    };
  },

  "hml:interrupt": async ({ panel }) => {
    const kernel = panel.sessionContext.session?.kernel;
    if (!kernel) throw new Error("the notebook has no kernel");
    await kernel.interrupt();
    return null;
  },

  "hml:reveal": async ({ app, panel }, { study, record_id }) => {
    const found = panel.model && findRecorded(panel.model.sharedModel.cells, study, record_id);
    const cell = found && cellOf(panel, found.getId());
    if (!cell) throw new Error(`the notebook has no cell of record ${record_id}`);
    if (!panel.isVisible) app.shell.activateById(panel.id);
    // Not scrollToCell, which also makes the cell the active one.
    await panel.content.scrollToItem(panel.content.widgets.indexOf(cell), "center");
    cell.addClass("hml-revealed");
    window.setTimeout(() => cell.removeClass("hml-revealed"), 1500);
    return null;
  },

  "hml:save": async ({ panel }) => {
    await panel.context.save();
    return { path: panel.context.path };
  },
};

function listen<Name extends keyof Questions>(
  name: Name,
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  executor: INotebookCellExecutor,
): void {
  document.addEventListener(name, async (event) => {
    const question = (event as CustomEvent<Questions[Name]>).detail;
    const place = locate(tracker, event.composedPath(), question.host ?? null);
    if (!place) return;
    event.preventDefault();
    const { done, fail } = question as { done?(answer: unknown): void; fail?(error: Error): void };
    try {
      done?.(await handlers[name]({ app, executor, ...place }, question));
    } catch (error) {
      fail?.(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Recorded cells can be told apart in every notebook, whether or not a Lab is open. */
function mark(panel: NotebookPanel): void {
  for (const cell of panel.content.widgets) {
    const tags = cell.model.getMetadata("tags");
    cell.toggleClass("hml-recorded", Array.isArray(tags) && tags.includes("hml-recorded"));
  }
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: "hml_jupyter:cells",
  description: "Writes recorded calls into the notebook as cells and runs them.",
  autoStart: true,
  requires: [INotebookTracker, INotebookCellExecutor],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, executor: INotebookCellExecutor) => {
    for (const name of Object.keys(handlers) as (keyof Questions)[]) {
      listen(name, app, tracker, executor);
    }
    tracker.widgetAdded.connect((_, panel) => {
      watchContent(panel, () => mark(panel));
      void panel.revealed.then(() => mark(panel));
    });
  },
};

export default plugin;
