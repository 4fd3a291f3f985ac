// A saved page on toys: page.html?scenario=filled
import { show } from "../../src/page";
import { saved, toyBoard } from "./saved";

const query = new URLSearchParams(location.search);
const board = toyBoard(query.get("scenario") ?? "filled");
const into = document.querySelector<HTMLElement>("main") ?? document.body;
const { root } = show(saved(board, ["fatjet0.mass", "fatjet0.tau21", "met"]), into);
const dark = query.get("theme") === "dark";
root.classList.toggle("hml-dark", dark);
document.documentElement.classList.toggle("hml-night", dark);
