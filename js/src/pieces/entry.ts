import { h, unique, write } from "../shared/dom";

/** A line of text: Enter asks for what it says, and what is wrong with it stands below. */
export class Entry {
  readonly input: HTMLInputElement;
  readonly message = h("div", { class: "hml-message", role: "status", id: unique("message") });
  private asking = false;

  constructor(
    attributes: Record<string, string>,
    private readonly apply: (text: string) => Promise<string>,
  ) {
    this.input = h("input", {
      class: "hml-input",
      type: "text",
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": this.message.id,
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        void this.submit();
      },
      oninput: () => this.say(""),
      ...attributes,
    });
    this.say("");
  }

  async submit(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.input.setAttribute("aria-busy", "true");
    const wrong = await this.apply(this.input.value.trim());
    this.asking = false;
    this.input.setAttribute("aria-busy", "false");
    this.say(wrong);
  }

  say(wrong: string): void {
    write(this.message, wrong);
    this.message.classList.toggle("hml-bad", wrong !== "");
    this.input.setAttribute("aria-invalid", String(wrong !== ""));
  }
}
