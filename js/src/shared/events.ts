/**
 * What a view and the notebook plugin say to each other: bubbling, composed, cancelable DOM events.
 * A plugin that takes an event calls `preventDefault()` and answers through `done` or `fail`.
 */

/** Metadata `hml_jupyter` of a recorded cell. */
export type RecordMetadata = {
  schema: number;
  study: string;
  record_id: string;
  panel: string;
  key: string;
  sha256: string;
};

/** Metadata of a whole recorded cell. */
export type CellMetadata = {
  tags: string[];
  hml_jupyter: RecordMetadata;
};

/** One recorded cell as it stands in the notebook now. */
export interface CellState {
  record_id: string;
  cell_id: string;
  /** Position among all cells of the notebook. */
  index: number;
  /** Of the source as it is now. */
  sha256: string;
  source: string;
  /** Whether the source is no longer what was recorded. */
  edited: boolean;
  execution_count: number | null;
  panel: string;
  key: string;
}

/** One change of the notebook. */
export interface CellOp {
  kind: "upsert" | "remove";
  record_id: string;
  /** The id that a new cell asks for. */
  cell_id: string;
  source: string;
  metadata: CellMetadata;
  /** Of the text that may be replaced; null stands for the one in the cell's metadata. */
  expected_sha256: string | null;
  /** Cell ids or record ids of the journal in order; a new cell follows the last one that is there. */
  after: string[];
  run: boolean;
}

export type Change = "inserted" | "amended" | "removed" | "edited" | "missing";
export type Ran = "ok" | "error" | "aborted" | null;

export interface Outcome {
  record_id: string;
  outcome: Change;
  ran: Ran;
}

export type KernelStatus = "idle" | "busy" | "restarting" | "dead" | "disconnected";

/** Given to whoever attaches. */
export interface Attachment {
  /** Path of the notebook. */
  notebook: string;
  /** Id of the cell whose output holds the view, null when it stands elsewhere. */
  host: string | null;
  detach(): void;
}

interface Question<Answer> {
  /** Finds the notebook of a view that does not stand in it: the id of one of its cells. */
  host?: string | null;
  done?(answer: Answer): void;
  fail?(error: Error): void;
}

export interface Questions {
  "hml:attach": Question<Attachment> & {
    study: string;
    onCells(cells: CellState[]): void;
    onKernel(status: KernelStatus): void;
  };
  "hml:cells": Question<{ outcomes: Outcome[] }> & {
    study: string;
    ops: CellOp[];
    applied?(outcomes: Outcome[]): void;
  };
  "hml:interrupt": Question<null>;
  "hml:reveal": Question<null> & { study: string; record_id: string };
  "hml:save": Question<{ path: string }>;
}
