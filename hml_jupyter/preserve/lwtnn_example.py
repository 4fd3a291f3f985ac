"""The C++ example of a preserved network in lwtnn's format."""

from __future__ import annotations

from pathlib import Path

from ..canonical import read_json
from .card import Card, Network
from .filling import about, comment, head, quoted
from .lwtnn import NODE
from .onnx import OUTPUT
from .reference import REFERENCE

__all__ = ["LWTNN_EXAMPLE", "build_lines", "lwtnn_example"]

LWTNN_EXAMPLE = "example_lwtnn.cc"

#: Form of the file -> the header of its class, and what makes `network` and the score of `event`.
FORMS = {
    "chain": (
        "LightweightNeuralNetwork.hh",
        [
            "const lwt::JSONConfig config = lwt::parse_json(file);",
            "const lwt::LightweightNeuralNetwork network(config.inputs, config.layers, config.outputs);",
        ],
        "network.compute(event)",
    ),
    "graph": (
        "LightweightGraph.hh",
        [f"const lwt::LightweightGraph network(lwt::parse_json_graph(file), {quoted(OUTPUT)});"],
        f"network.compute({{{{{quoted(NODE)}, event}}}})",
    ),
}


def build_lines(card: Card) -> list[str]:
    """Return the commands that build the example in the folder of the card, and run it on the reference events."""
    i, network = _first(card)
    inputs = len(card.inputs_of(network))
    flags = "-I$LWTNN_DIR/include -I/usr/include/eigen3 -L$LWTNN_DIR/lib -llwtnn -Wl,-rpath,$LWTNN_DIR/lib"
    # beside the folder: verify names what is new in it
    return [
        f"g++ -O1 -std=c++17 code/{LWTNN_EXAMPLE} -o ../example_lwtnn {flags}",
        f"tail -n +2 {REFERENCE.format(i)}.csv | cut -d, -f1-{inputs} | tr , ' ' | ../example_lwtnn {network.lwtnn}",
    ]


def lwtnn_example(card: Card, *, place: Path) -> str:
    """Return the example for the first network of a card with a file of lwtnn, which lies in `place`."""
    network = _first(card)[1]
    header, made, score = FORMS["graph" if "nodes" in read_json(place / str(network.lwtnn)) else "chain"]
    inputs = card.inputs_of(network)
    usage = f"usage: example_lwtnn {network.lwtnn} < events, where an event is a line of {len(inputs)} numbers"
    lines = [
        *head(
            card, "An example with lwtnn: reads events from the standard input, a line each, and prints their scores,"
        ),
        *(f"// {comment(cut)}: an event that fails this cut has the score 0" for cut in network.cuts),
        "// Built and run beside the card, with lwtnn in the folder that LWTNN_DIR names and the headers of Eigen:",
        *(f"//   {line}" for line in build_lines(card)),
        f'#include "lwtnn/{header}"',
        '#include "lwtnn/parse_json.hh"',
        "",
        "#include <exception>",
        "#include <fstream>",
        "#include <iomanip>",
        "#include <iostream>",
        "#include <map>",
        "#include <string>",
        "#include <vector>",
        "",
        "int main(int count, char** arguments) try {",
        "  if (count != 2) {",
        f"    std::cerr << {quoted(usage)} << '\\n';",
        "    return 2;",
        "  }",
        "  std::ifstream file(arguments[1]);",
        "  if (!file) {",
        '    std::cerr << "example_lwtnn: " << arguments[1] << " cannot be read\\n";',
        "    return 1;",
        "  }",
        *(f"  {line}" for line in made),
        "  // in this order:",
        *(f"  //  {i}: {comment(about(each))}" for i, each in enumerate(inputs)),
        f"  const std::vector<std::string> names = {{{', '.join(quoted(each.name) for each in inputs)}}};",
        "  std::map<std::string, double> event;",
        "  std::size_t i = 0;",
        "  double value;",
        "  while (std::cin >> value) {",
        "    event[names[i]] = value;",
        "    i = (i + 1) % names.size();",
        f'    if (i == 0) std::cout << std::setprecision(17) << {score}.at({quoted(OUTPUT)}) << "\\n";',
        "  }",
        "  if (std::cin.eof() && i == 0) return 0;",
        '  std::cerr << "example_lwtnn: the events end within a line, or hold what is no number\\n";',
        "  return 1;",
        "} catch (const std::exception& error) {",
        '  std::cerr << "example_lwtnn: " << error.what() << "\\n";',
        "  return 1;",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _first(card: Card) -> tuple[int, Network]:
    return next((i, each) for i, each in enumerate(card.networks) if each.lwtnn)
