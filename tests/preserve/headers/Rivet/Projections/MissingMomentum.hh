#pragma once
#include "Rivet/Projections/FinalState.hh"
namespace Rivet {
struct MissingMomentum : Projection {
  MissingMomentum() {}
  explicit MissingMomentum(const FinalState&) {}
  Vector3 vectorMissingPt() const { return {}; }
};
}
