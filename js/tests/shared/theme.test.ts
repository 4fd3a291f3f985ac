import { expect, test, vi } from "vitest";
import { themed } from "../../src/shared/theme";

const frame = () => new Promise((done) => requestAnimationFrame(done));
const dark = (name: string) => document.body.setAttribute("data-jp-theme-name", name);

test("a change of the theme is told once, with the next frame, until it is ended", async () => {
  const changed = vi.fn();
  const end = themed(changed);
  dark("one");
  dark("two");
  await Promise.resolve();
  expect(changed).not.toHaveBeenCalled();
  await frame();
  await frame();
  expect(changed).toHaveBeenCalledTimes(1);
  dark("three");
  await Promise.resolve();
  end();
  await frame();
  expect(changed).toHaveBeenCalledTimes(1);
});
