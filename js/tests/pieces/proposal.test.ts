import { expect, test } from "vitest";
import { moved, Proposal } from "../../src/pieces/proposal";

test("a change is shown at once, and put back where it is refused", async () => {
  const shown: number[] = [];
  let answer: (wrong: string) => void = () => {};
  const proposal = new Proposal<number>(
    1,
    (value) => shown.push(value),
    () => new Promise((resolve) => (answer = resolve)),
  );
  const first = proposal.ask(2);
  // What the kernel has said before says nothing of a change that is under way.
  proposal.take(1);
  expect(proposal.now).toBe(2);
  answer("too many");
  expect(await first).toBe("too many");
  expect(proposal.now).toBe(1);
  const second = proposal.attempt(3);
  expect(proposal.now).toBe(1);
  answer("");
  await second;
  expect(shown).toEqual([2, 1, 3]);
});

test("an item is moved to a place", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
});
