// Evaluates a network with lwtnn: lwtnn_driver network.json < events, one event a line; prints 17 digits.
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "lwtnn/LightweightGraph.hh"
#include "lwtnn/LightweightNeuralNetwork.hh"
#include "lwtnn/parse_json.hh"

namespace {
using Values = std::map<std::string, double>;

template <typename Compute>
void every_event(const std::vector<std::string>& names, Compute compute) {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream numbers(line);
    Values values;
    for (const auto& name : names) numbers >> values[name];
    std::cout << compute(values).begin()->second << '\n';
  }
}

template <typename Inputs>
std::vector<std::string> names_of(const Inputs& inputs) {
  std::vector<std::string> names;
  for (const auto& input : inputs) names.push_back(input.name);
  return names;
}
}  // namespace

int main(int, char* argv[]) {
  std::ifstream file(argv[1]);
  std::stringstream text;
  text << file.rdbuf();
  std::cout << std::setprecision(17);
  if (text.str().find("\"nodes\"") == std::string::npos) {
    const auto config = lwt::parse_json(text);
    const lwt::LightweightNeuralNetwork network(config.inputs, config.layers, config.outputs);
    every_event(names_of(config.inputs), [&](const Values& values) { return network.compute(values); });
  } else {
    const auto config = lwt::parse_json_graph(text);
    const lwt::LightweightGraph graph(config, config.outputs.begin()->first);
    const auto& given = config.inputs.front();
    every_event(names_of(given.variables), [&](const Values& values) { return graph.compute({{given.name, values}}); });
  }
}
