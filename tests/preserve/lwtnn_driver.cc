// Evaluates a network with lwtnn: lwtnn_driver network.json < events.
// An event is a line: the variables of each input, and of each sequence its length and its elements, in the order of the file.
// Prints a line for each event: the labels of each output, outputs by name; 17 digits.
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lwtnn/Exceptions.hh"
#include "lwtnn/LightweightGraph.hh"
#include "lwtnn/LightweightNeuralNetwork.hh"
#include "lwtnn/NanReplacer.hh"
#include "lwtnn/parse_json.hh"

namespace {
using Inputs = std::vector<lwt::Input>;
using Defaults = std::map<std::string, double>;

double number(std::istream& line) {
  std::string text;
  line >> text;
  return std::stod(text);
}

lwt::ValueMap values_of(std::istream& line, const Inputs& inputs, const Defaults& defaults) {
  lwt::ValueMap values;
  for (const auto& input : inputs) values[input.name] = number(line);
  return lwt::NanReplacer(defaults).replace(values);
}

std::vector<lwt::ValueMap> elements_of(std::istream& line, const Inputs& inputs, const Defaults& defaults) {
  std::vector<lwt::ValueMap> elements(static_cast<std::size_t>(number(line)));
  for (auto& element : elements) element = values_of(line, inputs, defaults);
  return elements;
}

lwt::VectorMap sequence_of(std::istream& line, const Inputs& inputs, const Defaults& defaults) {
  lwt::VectorMap sequence;
  for (const auto& input : inputs) sequence[input.name] = {};
  for (const auto& element : elements_of(line, inputs, defaults))
    for (const auto& value : element) sequence[value.first].push_back(value.second);
  return sequence;
}

template <typename Compute>
void every_event(Compute compute) {
  std::string text;
  while (std::getline(std::cin, text)) {
    std::istringstream line(text);
    compute(line);
    std::cout << '\n';
  }
}

void print(const lwt::ValueMap& values, const std::vector<std::string>& labels) {
  for (const auto& label : labels) std::cout << values.at(label) << ' ';
}

void print(const lwt::VectorMap& values, const std::vector<std::string>& labels) {
  for (std::size_t i = 0; i < values.at(labels.front()).size(); i++)
    for (const auto& label : labels) std::cout << values.at(label).at(i) << ' ';
}

void chain(std::istream& file) {
  const auto config = lwt::parse_json(file);
  const std::set<lwt::Architecture> recurrent{lwt::Architecture::LSTM, lwt::Architecture::GRU,
                                              lwt::Architecture::SIMPLERNN, lwt::Architecture::EMBEDDING};
  for (const auto& layer : config.layers) {
    if (!recurrent.count(layer.architecture)) continue;
    const lwt::LightweightRNN network(config.inputs, config.layers, config.outputs);
    return every_event([&](std::istream& line) {
      print(network.reduce(elements_of(line, config.inputs, config.defaults)), config.outputs);
    });
  }
  const lwt::LightweightNeuralNetwork network(config.inputs, config.layers, config.outputs);
  every_event([&](std::istream& line) {
    print(network.compute(values_of(line, config.inputs, config.defaults)), config.outputs);
  });
}

void graph(std::istream& file) {
  const auto config = lwt::parse_json_graph(file);
  const lwt::LightweightGraph network(config, config.outputs.begin()->first);
  every_event([&](std::istream& line) {
    lwt::LightweightGraph::NodeMap values;
    for (const auto& input : config.inputs) values[input.name] = values_of(line, input.variables, input.defaults);
    lwt::LightweightGraph::SeqNodeMap sequences;
    for (const auto& input : config.input_sequences)
      sequences[input.name] = sequence_of(line, input.variables, input.defaults);
    for (const auto& output : config.outputs) {
      try {
        print(network.compute(values, sequences, output.first), output.second.labels);
      } catch (const lwt::OutputRankException&) {
        print(network.scan(values, sequences, output.first), output.second.labels);
      }
    }
  });
}
}  // namespace

int main(int, char* argv[]) {
  std::ifstream file(argv[1]);
  std::stringstream text;
  text << file.rdbuf();
  std::cout << std::setprecision(17);
  (text.str().find("\"nodes\"") == std::string::npos ? chain : graph)(text);
}
