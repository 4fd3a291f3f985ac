import { type Arrangement, rebinned, shifted, without } from "../pieces/arrangement";
import { type Bins, ViewMenu } from "../pieces/viewmenu";
import { fill } from "../shared/dom";

type Change = (now: Arrangement) => Arrangement;

/** A small menu on each card. */
export class Menus {
  private readonly menus = new Map<string, ViewMenu>();

  /** `rearrange` resolves to "" or what is wrong, which `change` tells. */
  constructor(
    private readonly rearrange: (change: Change) => Promise<string>,
    private readonly change: (change: Change) => void,
  ) {}

  /** `most`: bins that a histogram can have. */
  draw(
    observables: Arrangement["observables"],
    most: number,
    tools: (name: string) => HTMLElement | undefined,
  ): void {
    for (const [name, menu] of this.menus) {
      if (observables.some((one) => one.name === name)) continue;
      menu.dispose();
      this.menus.delete(name);
    }
    observables.forEach(({ name, bins, range }, at) => {
      const menu = this.menus.get(name) ?? this.make(name);
      this.menus.set(name, menu);
      const place = tools(name);
      if (place && menu.root.parentElement !== place) fill(place, menu.root);
      menu.draw({ bins, range, first: at === 0, last: at === observables.length - 1, most });
    });
  }

  dispose(): void {
    for (const menu of this.menus.values()) menu.dispose();
  }

  private make(name: string): ViewMenu {
    const events = {
      change: (next: Bins) => this.rearrange((now) => rebinned(now, name, next)),
      move: (by: -1 | 1) => this.change((now) => shifted(now, name, by)),
      remove: () => this.change((now) => without(now, name)),
    };
    return new ViewMenu(events, name);
  }
}
