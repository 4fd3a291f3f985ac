import { button } from "../shared/dom";
import { Footer } from "./footer";

/** The cell that a board stands for, with a button that copies it. */
export class CodeLine {
  readonly root: HTMLElement;
  private readonly footer = new Footer();
  private code: string | null = null;
  private readonly copying = button("Copy", () => void this.copy(), {
    class: "hml-button hml-quiet",
  });
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.root = this.footer.root;
    this.root.append(this.copying);
  }

  draw(code: string | null, missing: string, asking = false): void {
    this.code = code;
    this.footer.draw({ code, missing, asking }, "", false);
    const disabled = code === null || asking;
    if (this.copying.disabled !== disabled) this.copying.disabled = disabled;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private async copy(): Promise<void> {
    const done = await copied(this.code ?? "");
    this.copying.textContent = done ? "Copied" : "Press Ctrl+C";
    if (!done) getSelection()?.selectAllChildren(this.root.querySelector("code") ?? this.root);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.copying.textContent = "Copy";
    }, 1500);
  }
}

/** A page that was opened from a file may have no clipboard. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
