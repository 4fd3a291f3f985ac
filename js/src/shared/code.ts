/** A call that was broken into lines, as one line; texts in it hold no line ends of their own. */
export function oneLine(code: string): string {
  return code
    .replace(/([([{])\n\s+/g, "$1")
    .replace(/,\n\s*([)\]}])/g, "$1")
    .replace(/,\n\s+/g, ", ");
}

/** A recorded cell's text in one line, without the last line that only shows its result. */
export function callOf(code: string): string {
  return oneLine(code).replace(/\n[A-Za-z_]\w*\s*$/, "");
}
