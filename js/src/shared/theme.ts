const SIGNS = ["class", "data-jp-theme-light", "data-jp-theme-name"];

/**
 * Call back when the page has changed its colours, which a canvas does not follow by itself; the result ends it.
 * It is called with the next frame: while style sheets change places, widths are those of neither theme.
 */
export function themed(changed: () => void): () => void {
  let frame = 0;
  const observer = new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(changed);
  });
  for (const node of [document.documentElement, document.body])
    observer.observe(node, { attributes: true, attributeFilter: SIGNS });
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  };
}
