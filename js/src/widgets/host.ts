import type { Reply } from "../shared/kernel";

/** Who stands behind a board: a Lab, a kernel of its own, or the page itself. */
export interface Host {
  request<T>(action: string, values: Record<string, unknown>): Promise<Reply<T>>;
  /** Resolves when it has happened, or never will. */
  commit(
    action: string,
    values: Record<string, unknown>,
    text: string,
    key?: string,
  ): Promise<{ error: string | null }>;
  /** The cell that would be written; null: not known, such as while two thresholds move. */
  cell(code: string | null, missing: string): void;
  asking(): void;
  /** What to do, in a sentence or two. */
  hint: string;
  /** Nothing is counted anew: what is dragged stays as it was put, one observable at a time. */
  still: boolean;
  /** Why handles cannot be moved that have no index; empty: it is on its way. */
  locked: string;
}
