import { expect, test } from "vitest";
import { Learning } from "../../src/pieces/learning";
import { Scores } from "../../src/pieces/scores";

const curves = {
  accuracy: [0.6, 0.7],
  "cut met": [50, 60],
  loss: [0.7, 0.6],
  val_loss: [0.8, null],
};
const mlp = { target: "mlp", unit: "epochs", at: [1, 2], curves };

function drawn() {
  const learning = new Learning();
  document.body.replaceChildren(learning.root);
  const choice = learning.root.querySelector("select");
  if (!choice) throw new Error("there is no choice");
  const choose = (name: string) => {
    choice.value = name;
    choice.dispatchEvent(new Event("change"));
  };
  const legend = () =>
    [...learning.root.querySelectorAll(".hml-legend > span")].map((each) =>
      each.textContent?.trim(),
    );
  const axis = () => learning.root.querySelector(".hml-ylabel")?.textContent;
  return { learning, choice, choose, legend, axis };
}

test("the loss comes first, and every other number of a model can be drawn", () => {
  const { learning, choice, choose, legend, axis } = drawn();
  learning.draw(mlp);
  expect([...choice.options].map(({ value }) => value)).toEqual(["loss", "accuracy", "cut met"]);
  expect(legend()).toEqual(["mlp training", "validation"]);
  choose("cut met");
  expect([legend(), axis()]).toEqual([["mlp training"], "cut met"]);
});

test("what only validation events are measured by is drawn too", () => {
  const { learning, choice, choose, legend } = drawn();
  learning.draw({ ...mlp, curves: { ...curves, val_auc: [0.7, 0.8] } });
  expect([...choice.options].map(({ value }) => value)).toContain("auc");
  choose("auc");
  expect(legend()).toEqual(["validation"]);
});

test("what was chosen stays while the model learns, and makes way where a model has no such number", () => {
  const { learning, choice, choose } = drawn();
  learning.draw(mlp);
  choose("accuracy");
  learning.draw({ ...mlp, at: [1, 2, 3] });
  expect(choice.value).toBe("accuracy");
  learning.draw({ target: "bdt", unit: "trees", at: [5], curves: { loss: [0.5] } });
  expect(choice.value).toBe("loss");
  learning.draw(null);
  expect(learning.root.textContent).toContain("The loss is drawn here while a model trains.");
});

test("what a training waits for stands in an empty frame, the epoch that is kept is marked", () => {
  const { learning, axis } = drawn();
  learning.draw({ ...mlp, at: [], curves: {}, awaits: "Compiling: its first numbers\nare late." });
  const texts = [...learning.root.querySelectorAll("svg .hml-none")].map((one) => one.textContent);
  expect(texts).toEqual(["Compiling: its first numbers", "are late."]);
  learning.draw({ ...mlp, kept: [1], note: "epoch 1 of 2 is kept", loss: "squared loss" });
  expect(learning.root.querySelectorAll(".hml-place")).toHaveLength(1);
  expect(learning.root.textContent).toContain("epoch 1 of 2 is kept");
  expect(axis()).toBe("squared loss");
  learning.draw(mlp);
  expect(learning.root.querySelectorAll(".hml-place")).toHaveLength(0);
  expect(learning.root.textContent).not.toContain("is kept");
});

test("training and test scores are drawn together, and a difference is a warning", () => {
  const scores = new Scores();
  const words = scores.root.querySelector(".hml-words");
  const side = { density: [1.5, 0.5], error: [0.1, 0.1] };
  const shapes = {
    target: "bdt",
    edges: [0, 0.5, 1],
    train: { signal: [0.5, 1.5], background: [1.5, 0.5] },
    test: { signal: side, background: side },
    agree: false,
    text: "training and test differ",
  };
  scores.draw(shapes);
  expect(scores.root.querySelectorAll(".hml-plot .hml-marks")).toHaveLength(2);
  expect(scores.root.querySelectorAll(".hml-plot .hml-line")).toHaveLength(2);
  expect([words?.textContent, words?.className]).toEqual([shapes.text, "hml-words hml-warn"]);
  scores.draw({ ...shapes, agree: true, text: "they agree" });
  expect(words?.className).toBe("hml-words");
  scores.draw(undefined);
  expect(words?.textContent).toBe("");
});
