#pragma once
#include "Rivet/Projections/FinalState.hh"
namespace Rivet {
struct LeptonFinder : Projection {
  LeptonFinder() {}
  LeptonFinder(double, const Cut&) {}
  Particles particlesByPt() const { return {}; }
};
}
