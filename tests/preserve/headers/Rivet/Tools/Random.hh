#pragma once
namespace Rivet {
inline double rand01() { return 0; }
inline double randnorm(double, double) { return 0; }
}
