import type { ISessionContext } from "@jupyterlab/apputils";
import type { Cell } from "@jupyterlab/cells";
import {
  type INotebookCellExecutor,
  type INotebookTracker,
  NotebookActions,
  type NotebookPanel,
} from "@jupyterlab/notebook";
import type { ISignal, Signal } from "@lumino/signaling";
import type { KernelStatus, Ran } from "../shared/events";

/** The notebook that holds the view, or else the one that has the host cell; and that cell's id. */
export function locate(
  tracker: INotebookTracker,
  path: readonly EventTarget[],
  host: string | null,
): { panel: NotebookPanel; host: string | null } | null {
  const around = tracker.find((panel) => path.includes(panel.node));
  const cell = around?.content.widgets.find((widget) => path.includes(widget.node));
  const panel = around ?? (host ? tracker.find((other) => cellOf(other, host) !== null) : null);
  return panel?.model ? { panel, host: cell?.model.id ?? host } : null;
}

export function cellOf(panel: NotebookPanel, id: string): Cell | null {
  return panel.content.widgets.find((widget) => widget.model.id === id) ?? null;
}

const STATUS: Record<string, KernelStatus> = {
  idle: "idle",
  busy: "busy",
  starting: "restarting",
  initializing: "restarting",
  restarting: "restarting",
  autorestarting: "restarting",
  terminating: "dead",
  dead: "dead",
};

export function kernelStatus(session: ISessionContext): KernelStatus {
  return STATUS[session.kernelDisplayStatus] ?? "disconnected";
}

/** Calls back with each new status until it is told to stop. */
export function watchKernel(session: ISessionContext, tell: (status: KernelStatus) => void) {
  let last: KernelStatus | null = null;
  const look = () => {
    const status = kernelStatus(session);
    if (status !== last) tell(status);
    last = status;
  };
  const signals: ISignal<ISessionContext, unknown>[] = [
    session.statusChanged,
    session.connectionStatusChanged,
    session.kernelChanged,
    session.sessionChanged,
  ];
  for (const signal of signals) signal.connect(look);
  look();
  return () => {
    for (const signal of signals) signal.disconnect(look);
  };
}

/** Calls back at most once a frame while the notebook's content changes, until it is told to stop. */
export function watchContent(panel: NotebookPanel, tell: () => void) {
  let timer: number | undefined;
  // A timer, because a hidden page has no animation frames.
  const later = () => {
    timer ??= window.setTimeout(() => {
      timer = undefined;
      tell();
    }, 16);
  };
  const stop = () => {
    window.clearTimeout(timer);
    panel.content.modelContentChanged.disconnect(later);
    panel.disposed.disconnect(stop);
  };
  panel.content.modelContentChanged.connect(later);
  panel.disposed.connect(stop);
  return stop;
}

type Emitter = Signal<unknown, unknown>;

/**
 * Runs cells one after the other until one fails. Not `NotebookActions.runCells`: that scrolls to the
 * active cell and takes the focus from the view. Its signals are sent, because others listen to them.
 */
export async function runCells(
  panel: NotebookPanel,
  executor: INotebookCellExecutor,
  ids: readonly string[],
): Promise<Ran[]> {
  const ran: Ran[] = [];
  for (const id of ids) {
    const go = ran.every((result) => result === "ok");
    ran.push(go ? await runCell(panel, executor, id) : "aborted");
  }
  return ran;
}

async function runCell(
  panel: NotebookPanel,
  executor: INotebookCellExecutor,
  id: string,
): Promise<Ran> {
  const notebook = panel.content;
  const cell = cellOf(panel, id);
  if (!cell || !notebook.model) return "aborted";
  let answered = false;
  const emit = (signal: unknown, args: object) =>
    (signal as Emitter).emit({ notebook, ...args } as never);
  try {
    const finished = await executor.runCell({
      cell,
      notebook: notebook.model,
      notebookConfig: notebook.notebookConfig,
      onCellExecutionScheduled: (args) => emit(NotebookActions.executionScheduled, args),
      onCellExecuted: (args) => {
        answered = args.success || Boolean(args.error?.errorName);
        emit(NotebookActions.executed, args);
      },
      sessionContext: panel.sessionContext,
    });
    return finished && answered ? "ok" : "aborted";
  } catch {
    return answered ? "error" : "aborted";
  } finally {
    notebook.update();
  }
}
