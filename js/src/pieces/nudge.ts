// What the keys do to a slider, wherever it stands.

/** Keys that rest so long, in ms, have ended the movement. */
export const REST = 1500;
const PAGE = 10;
/** Key -> by how many places it moves. */
export const KEYS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -PAGE,
  PageUp: PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
