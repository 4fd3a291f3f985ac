// The few names of Rivet 4 that a skeleton uses, with their documented signatures: enough to compile, not to run.
#pragma once
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace Rivet {
const double GeV = 1.0;
enum PhiMapping { MINUSPI_PLUSPI, ZERO_2PI };
namespace PID {
const int ELECTRON = 11, MUON = 13;
}
struct Cut {};
inline Cut operator&&(const Cut&, const Cut&) { return {}; }
struct Quantity {
  Cut operator<(double) const { return {}; }
  Cut operator>(double) const { return {}; }
  Cut operator==(double) const { return {}; }
};
namespace Cuts {
const Quantity abseta, abspid, pT;
}
struct Vector3 {
  double mod() const { return 0; }
  double phi(PhiMapping = ZERO_2PI) const { return 0; }
};
struct FourMomentum {
  double mass() const { return 0; }
  FourMomentum operator+(const FourMomentum&) const { return {}; }
};
struct Particle {
  double pT() const { return 0; }
  double eta() const { return 0; }
  double phi(PhiMapping = ZERO_2PI) const { return 0; }
  double mass() const { return 0; }
  double E() const { return 0; }
  double rap() const { return 0; }
  FourMomentum mom() const { return {}; }
};
struct Jet : Particle {
  bool bTagged() const { return false; }
};
using Jets = std::vector<Jet>;
using Particles = std::vector<Particle>;
namespace Kin {
inline double pT(const Particle& p) { return p.pT(); }
}
template <typename Container, typename Function>
double sum(const Container& all, Function value, double start) {
  for (const auto& each : all) start += value(each);
  return start;
}
inline void idiscardIfAnyDeltaRLess(Jets&, const Particles&, double) {}
inline double deltaR(const Particle&, const Particle&) { return 0; }
inline double mapAngleMPiToPi(double angle) { return angle; }
struct Event {};
struct Projection {};
struct Histo1D {
  void fill(double) {}
};
struct Counter {
  void fill() {}
};
using Histo1DPtr = std::shared_ptr<Histo1D>;
using CounterPtr = std::shared_ptr<Counter>;
struct Analysis {
  explicit Analysis(const std::string&) {}
  virtual ~Analysis() {}
  template <typename P>
  const P& declare(const P& projection, const std::string&) { return projection; }
  template <typename P>
  const P& apply(const Event&, const std::string&) const { static P made; return made; }
  void book(Histo1DPtr&, const std::string&, int, double, double) {}
  void book(CounterPtr&, const std::string&) {}
  virtual void init() {}
  virtual void analyze(const Event&) = 0;
  virtual void finalize() {}
};
}
#define RIVET_DEFAULT_ANALYSIS_CTOR(name) name() : Analysis(#name) {}
#define RIVET_DECLARE_PLUGIN(name) name plugin_##name
