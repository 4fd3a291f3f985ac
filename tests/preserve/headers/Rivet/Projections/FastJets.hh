#pragma once
#include "Rivet/Projections/FinalState.hh"
namespace Rivet {
enum class JetAlg { ANTIKT };
struct FastJets : Projection {
  FastJets() {}
  FastJets(const FinalState&, JetAlg, double) {}
  Jets jetsByPt(const Cut&) const { return {}; }
};
}
