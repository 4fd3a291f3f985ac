import { fill, h, unique } from "../shared/dom";
import type { Word } from "../shared/state";

/** One completion: what the input would hold. */
export interface Offer {
  text: string;
  note: string;
  value: string;
  /** Where one goes on typing. */
  caret: number;
}
/** What could be meant by what is typed, up to the caret. */
export type Find = (typed: string, caret: number) => Offer[];

const SHOWN = 60;
const plain = (text: string) => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Words that stand for the whole input: they begin like it, or their notes speak of it. */
export function whole(words: () => readonly Word[]): Find {
  return (typed) => {
    const wanted = plain(typed);
    const begins = words().filter(([text]) => text.toLowerCase().startsWith(wanted));
    const speaks = wanted.length > 1 ? words().filter((word) => meant(word, wanted)) : [];
    return [...new Set([...begins, ...speaks])]
      .filter(([text]) => plain(text) !== wanted)
      .map(([text, note]) => ({ text, note, value: text, caret: text.length }));
  };
}

/** Words that end what is typed, after the last space or bracket. */
export function last(words: () => readonly Word[]): Find {
  return (typed, caret) => {
    const begun = typed.slice(0, caret).match(/[^\s,()>]*$/)?.[0] ?? "";
    const before = typed.slice(0, caret - begun.length);
    const fits = words().filter(
      ([text]) => text.toLowerCase().startsWith(begun.toLowerCase()) && text !== begun,
    );
    return fits.map(([text, note]) => ({
      text,
      note,
      value: `${before}${text}${typed.slice(caret) || " "}`,
      caret: before.length + text.length + (typed.slice(caret) ? 0 : 1),
    }));
  };
}

/** What one finds, and if that is nothing, what the other does. */
export function either(one: Find, other: Find): Find {
  return (typed, caret) => {
    const found = one(typed, caret);
    return found.length ? found : other(typed, caret);
  };
}

function meant([text, note]: Word, wanted: string): boolean {
  return text.toLowerCase().includes(wanted) || note.toLowerCase().includes(wanted);
}

/** What an input hears when there is more to find than before. */
export const FOUND = "hml:found";

/** Let an input complete what is typed: arrows choose, Enter takes, Escape closes. The list goes beside the input. */
export function suggest(input: HTMLInputElement, find: Find): HTMLElement {
  const list = h("ul", {
    class: "hml-suggestions",
    role: "listbox",
    id: unique("list"),
    "aria-label": "suggestions",
    hidden: true,
  });
  let offers: Offer[] = [];
  let at = -1;
  /** Asked for by arrow down, while there was nothing to offer. */
  let awaited = false;
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  const mark = (place: number) => {
    at = place;
    for (const [n, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(n === at));
    }
    const chosen = at < 0 ? null : (list.children[at] as HTMLElement);
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
    if (chosen) list.scrollTop = chosen.offsetTop - (list.clientHeight - chosen.offsetHeight) / 2;
  };
  const close = () => {
    awaited = false;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const take = (offer: Offer) => {
    input.value = offer.value;
    input.setSelectionRange(offer.caret, offer.caret);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };
  const open = (offered: Offer[]) => {
    offers = offered.slice(0, SHOWN);
    const option = (offer: Offer) =>
      h(
        "li",
        {
          role: "option",
          id: unique("option"),
          // The input keeps the focus.
          onmousedown: (event: MouseEvent) => event.preventDefault(),
          onclick: () => take(offer),
        },
        h("span", { class: "hml-mono" }, offer.text),
        h("small", { class: "hml-muted" }, offer.note),
      );
    fill(list, ...offers.map(option));
    list.hidden = offers.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };
  const look = () => find(input.value, input.selectionStart ?? input.value.length);

  input.addEventListener("input", () => {
    const begun = /\S$/.test(input.value.slice(0, input.selectionStart ?? undefined));
    if (begun) open(look());
    else close();
  });
  input.addEventListener("blur", close);
  input.addEventListener(FOUND, () => {
    if (awaited) unfold();
  });
  const unfold = () => {
    open(look());
    awaited = offers.length === 0;
    if (offers.length) step(1);
  };
  const step = (by: number) => mark((at + by + offers.length) % offers.length);
  const keys: Record<string, (event: Event) => boolean> = {
    ArrowDown: () => {
      if (list.hidden) unfold();
      else step(1);
      return true;
    },
    ArrowUp: () => {
      if (!list.hidden) step(at < 0 ? 0 : -1);
      return !list.hidden;
    },
    Enter: () => {
      const offer = list.hidden ? undefined : offers[at];
      if (offer) take(offer);
      return offer !== undefined;
    },
    Escape: (event) => {
      if (list.hidden) return false;
      close();
      event.stopPropagation();
      return true;
    },
  };
  input.addEventListener("keydown", (event) => {
    if (keys[event.key]?.(event)) event.preventDefault();
  });
  close();
  return list;
}
