const SIGNS = ["class", "data-jp-theme-light", "data-jp-theme-name"];

/** Call back when the page has changed its colours, which a canvas does not follow by itself; the result ends it. */
export function themed(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  for (const node of [document.documentElement, document.body])
    observer.observe(node, { attributes: true, attributeFilter: SIGNS });
  return () => observer.disconnect();
}
