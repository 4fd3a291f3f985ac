import { YNotebook } from "@jupyter/ydoc";
import { beforeEach, describe, expect, it } from "vitest";
import { applyOps, findRecorded, recordedCells, sha256 } from "../../src/shared/cells";
import type { CellOp } from "../../src/shared/events";

const STUDY = "study";
let notebook: YNotebook;

function op(record_id: string, source: string, rest: Partial<CellOp> = {}): CellOp {
  return {
    kind: "upsert",
    record_id,
    cell_id: `id-${record_id}`,
    source,
    metadata: {
      tags: ["hml-recorded"],
      hml_jupyter: {
        schema: 1,
        study: STUDY,
        record_id,
        panel: "cuts",
        key: "cuts",
        sha256: sha256(source),
      },
    },
    expected_sha256: null,
    after: [],
    run: false,
    ...rest,
  };
}

function apply(ops: CellOp[], host: string | null = "host") {
  return applyOps(notebook, { study: STUDY, host }, ops).map(({ outcome }) => outcome);
}

const sources = () => notebook.cells.map((cell) => cell.getSource());
const ids = () => notebook.cells.map((cell) => cell.getId());

beforeEach(() => {
  notebook = new YNotebook({ disableDocumentWideUndoRedo: true });
  notebook.insertCells(0, [
    { cell_type: "markdown", source: "# title", id: "title" },
    { cell_type: "code", source: "lab", id: "host" },
    { cell_type: "code", source: "mine", id: "mine" },
  ]);
  notebook.clearUndoHistory();
});

describe("sha256", () => {
  it("is the one that Python gives", () => {
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256("Δφ")).toBe("63cadc755700fd01925f765ac16d8e2fe1b0c76a70f930713ed9939d2bc7cdb1");
  });
});

describe("inserting", () => {
  it("puts the first cell after the host", () => {
    expect(apply([op("1", "a = 1")])).toEqual(["inserted"]);
    expect(sources()).toEqual(["# title", "lab", "a = 1", "mine"]);
    expect(ids()[2]).toBe("id-1");
  });

  it("puts it at the end when the host is not there", () => {
    apply([op("1", "a = 1")], null);
    expect(sources().at(-1)).toBe("a = 1");
  });

  it("puts a new cell after the last of the journal that is there, wherever the user moved it", () => {
    apply([op("1", "a = 1"), op("2", "b = 2", { after: ["1"] })]);
    notebook.moveCell(3, 0);
    expect(sources()).toEqual(["b = 2", "# title", "lab", "a = 1", "mine"]);
    apply([op("3", "c = 3", { after: ["1", "id-2", "gone"] })]);
    expect(sources()).toEqual(["b = 2", "c = 3", "# title", "lab", "a = 1", "mine"]);
  });

  it("lets the notebook choose an id when a foreign cell has the one that is asked for", () => {
    apply([op("1", "a = 1", { cell_id: "mine" })]);
    expect(new Set(ids()).size).toBe(4);
    expect(findRecorded(notebook.cells, STUDY, "1")?.getSource()).toBe("a = 1");
  });

  it("writes tags, record and distrust", () => {
    apply([op("1", "a = 1")]);
    const metadata = notebook.getCell(2).getMetadata() as Record<string, unknown>;
    expect(metadata).toMatchObject({ ...op("1", "a = 1").metadata, trusted: false });
  });
});

describe("amending", () => {
  beforeEach(() => void apply([op("1", "a = 1")]));

  it("replaces an unedited text and keeps the user's tags", () => {
    notebook.getCell(2).setMetadata({ ...notebook.getCell(2).metadata, tags: ["own"] });
    expect(apply([op("1", "a = 2", { expected_sha256: sha256("a = 1") })])).toEqual(["amended"]);
    expect(sources()).toEqual(["# title", "lab", "a = 2", "mine"]);
    expect(notebook.getCell(2).getMetadata("tags")).toEqual(["own", "hml-recorded"]);
    expect(recordedCells(notebook, STUDY)[0]?.edited).toBe(false);
  });

  it("never touches an edited cell", () => {
    notebook.getCell(2).setSource("a = 1  # mine now");
    const before = notebook.toJSON();
    const expected_sha256 = sha256("a = 1");
    expect(apply([op("1", "a = 2", { expected_sha256 })])).toEqual(["edited"]);
    expect(apply([op("1", "a = 2")])).toEqual(["edited"]);
    expect(apply([op("1", "", { kind: "remove", expected_sha256 })])).toEqual(["edited"]);
    expect(notebook.toJSON()).toEqual(before);
  });

  it("follows an amendment that another notebook has had", () => {
    expect(apply([op("1", "a = 3", { expected_sha256: sha256("a = 2") })])).toEqual(["amended"]);
    expect(sources()).toContain("a = 3");
  });

  it("is the same when said twice", () => {
    expect(apply([op("1", "a = 1", { expected_sha256: "stale" })])).toEqual(["amended"]);
    expect(notebook.cells.length).toBe(4);
  });

  it("takes the cell with the id, not a pasted copy", () => {
    notebook.insertCell(0, { ...notebook.getCell(2).toJSON(), id: "copy" });
    apply([op("1", "a = 2")]);
    expect(sources()).toEqual(["a = 1", "# title", "lab", "a = 2", "mine"]);
  });

  it("leaves another study's cells alone", () => {
    const other = applyOps(notebook, { study: "other", host: "host" }, [
      op("1", "", { kind: "remove" }),
    ]);
    expect(other[0]?.outcome).toBe("missing");
  });
});

describe("removing", () => {
  it("takes out an unedited cell, and says when there is none", () => {
    apply([op("1", "a = 1")]);
    expect(apply([op("1", "", { kind: "remove" })])).toEqual(["removed"]);
    expect(apply([op("1", "", { kind: "remove" })])).toEqual(["missing"]);
    expect(sources()).toEqual(["# title", "lab", "mine"]);
  });
});

describe("undo", () => {
  it("takes back one whole change and no more", () => {
    apply([op("1", "a = 1"), op("2", "b = 2", { after: ["1"] })]);
    apply([op("1", "a = 3"), op("2", "", { kind: "remove" })]);
    expect(sources()).toEqual(["# title", "lab", "a = 3", "mine"]);
    notebook.undo();
    expect(sources()).toEqual(["# title", "lab", "a = 1", "b = 2", "mine"]);
    notebook.undo();
    expect(sources()).toEqual(["# title", "lab", "mine"]);
    notebook.redo();
    expect(sources()).toEqual(["# title", "lab", "a = 1", "b = 2", "mine"]);
  });
});

describe("recordedCells", () => {
  it("lists the study's code cells in notebook order as they are now", () => {
    apply([op("1", "a = 1"), op("2", "b = 2")]);
    notebook.getCell(2).setSource("b = 20");
    expect(recordedCells(notebook, STUDY)).toEqual([
      {
        record_id: "2",
        cell_id: "id-2",
        index: 2,
        sha256: sha256("b = 20"),
        source: "b = 20",
        edited: true,
        execution_count: null,
        panel: "cuts",
        key: "cuts",
      },
      expect.objectContaining({ record_id: "1", index: 3, edited: false }),
    ]);
    expect(recordedCells(notebook, "other")).toEqual([]);
  });
});
