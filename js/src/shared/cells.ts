import type { ISharedCell, ISharedNotebook } from "@jupyter/ydoc";
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { CellOp, CellState, Change, RecordMetadata } from "./events";

/** Of a text in UTF-8. Not crypto.subtle: that is missing on plain http hosts. */
export function sha256(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)));
}

/** The record in a cell's metadata, if the cell belongs to the study. */
function recordOf(cell: ISharedCell, study: string): Partial<RecordMetadata> | null {
  const record = cell.getMetadata("hml_jupyter") as Partial<RecordMetadata> | undefined;
  return cell.cell_type === "code" && record?.study === study && record.record_id ? record : null;
}

/** The study's recorded cells, in notebook order. */
export function recordedCells(notebook: ISharedNotebook, study: string): CellState[] {
  return notebook.cells.flatMap((cell, index) => {
    const record = recordOf(cell, study);
    if (!record?.record_id) return [];
    const source = cell.getSource();
    const hash = sha256(source);
    const count = "execution_count" in cell ? (cell.execution_count as number | null) : null;
    return {
      record_id: record.record_id,
      cell_id: cell.getId(),
      index,
      sha256: hash,
      source,
      edited: hash !== record.sha256,
      execution_count: count ?? null,
      panel: record.panel ?? "",
      key: record.key ?? "",
    };
  });
}

/** A pasted copy carries the record too: the cell with the right id goes first. */
export function findRecorded(
  cells: readonly ISharedCell[],
  study: string,
  record_id: string,
  cell_id?: string,
): ISharedCell | null {
  const found = cells.filter((cell) => recordOf(cell, study)?.record_id === record_id);
  return found.find((cell) => cell.getId() === cell_id) ?? found[0] ?? null;
}

function mayReplace(cell: ISharedCell, study: string, op: CellOp): boolean {
  return [op.expected_sha256, recordOf(cell, study)?.sha256].includes(sha256(cell.getSource()));
}

function amend(cell: ISharedCell, study: string, op: CellOp): Change {
  const same = cell.getSource() === op.source;
  if (!same && !mayReplace(cell, study, op)) return "edited";
  if (!same) cell.setSource(op.source);
  const { tags = [], ...kept } = cell.getMetadata() as { tags?: string[] };
  cell.setMetadata({
    ...kept,
    ...op.metadata,
    tags: [...new Set([...tags, ...op.metadata.tags])],
  });
  return "amended";
}

/** The study, and the cell in whose output its view stands. */
export type Place = { study: string; host: string | null };

/** What became of an op, and the cell that it left behind. */
export interface Applied {
  record_id: string;
  outcome: Change;
  cell_id: string | null;
}

/** Inside a transaction `notebook.cells` is that from before it: `cells` goes along with each op. */
class Edit {
  private readonly cells: ISharedCell[];

  constructor(
    private readonly notebook: ISharedNotebook,
    private readonly place: Place,
  ) {
    this.cells = [...notebook.cells];
  }

  apply(op: CellOp): Applied {
    const { record_id } = op;
    const cell = findRecorded(this.cells, this.place.study, record_id, op.cell_id);
    if (op.kind === "remove") {
      return { record_id, outcome: cell ? this.remove(cell, op) : "missing", cell_id: null };
    }
    if (!cell) return { record_id, outcome: "inserted", cell_id: this.insert(op) };
    return { record_id, outcome: amend(cell, this.place.study, op), cell_id: cell.getId() };
  }

  private insert(op: CellOp): string {
    const index = this.position(op.after);
    const taken = this.cells.some((cell) => cell.getId() === op.cell_id);
    const cell = this.notebook.insertCell(index, {
      cell_type: "code",
      source: op.source,
      // As the notebook does with any text that comes from a kernel; running the cell makes it trusted.
      metadata: { ...op.metadata, trusted: false },
      ...(taken ? {} : { id: op.cell_id }),
    });
    this.cells.splice(index, 0, cell);
    return cell.getId();
  }

  private position(after: readonly string[]): number {
    const { study, host } = this.place;
    const indexOf = (name: string | null) =>
      this.cells.findIndex(
        (cell) => cell.getId() === name || recordOf(cell, study)?.record_id === name,
      );
    const before = [host, ...after].map(indexOf).filter((index) => index >= 0);
    return (before.at(-1) ?? this.cells.length - 1) + 1;
  }

  private remove(cell: ISharedCell, op: CellOp): Change {
    if (!mayReplace(cell, this.place.study, op)) return "edited";
    const index = this.cells.indexOf(cell);
    this.notebook.deleteCell(index);
    this.cells.splice(index, 1);
    return "removed";
  }
}

type Undoable = ISharedNotebook & { undoManager?: { stopCapturing(): void } | null };

/**
 * All ops as one change that one undo takes back. An edited cell is never touched.
 * A new cell follows the last one in `op.after` that is there, else the host cell, else the last cell.
 */
export function applyOps(
  notebook: ISharedNotebook,
  place: Place,
  ops: readonly CellOp[],
): Applied[] {
  const { undoManager } = notebook as Undoable;
  const edit = new Edit(notebook, place);
  let applied: Applied[] = [];
  undoManager?.stopCapturing();
  notebook.transact(() => {
    applied = ops.map((op) => edit.apply(op));
  });
  undoManager?.stopCapturing();
  return applied;
}
