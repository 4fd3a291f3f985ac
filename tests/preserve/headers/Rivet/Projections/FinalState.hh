#pragma once
#include "Rivet/Analysis.hh"
namespace Rivet {
struct FinalState : Projection {
  explicit FinalState(const Cut& = {}) {}
};
}
