// The few names of SimpleAnalysis that a skeleton uses: enough to compile, not to run.
#pragma once
#include <cmath>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

enum { ELooseLH = 1, MuMedium = 2, BTag77MV2c20 = 4 };
struct AnalysisObject {
  double Pt() const { return 0; }
  double Eta() const { return 0; }
  double Phi() const { return 0; }
  double M() const { return 0; }
  double E() const { return 0; }
  double Rapidity() const { return 0; }
  double DeltaR(const AnalysisObject&) const { return 0; }
  double DeltaPhi(const AnalysisObject&) const { return 0; }
  bool pass(int) const { return false; }
  AnalysisObject operator+(const AnalysisObject&) const { return {}; }
};
using AnalysisObjects = std::vector<AnalysisObject>;
struct AnalysisEvent {
  AnalysisObjects getElectrons(float, float, int) { return {}; }
  AnalysisObjects getMuons(float, float, int) { return {}; }
  AnalysisObjects getJets(float, float) { return {}; }
  AnalysisObjects getFatJets(float, float) { return {}; }
  AnalysisObject getMET() { return {}; }
};
struct MVA {
  double evaluate(const std::vector<double>&, const std::string = "") { return 0; }
};
struct AnalysisClass {
  void addRegions(std::initializer_list<std::string>) {}
  void addHistogram(const std::string&, int, float, float) {}
  void addONNX(const std::string&, const std::string&) {}
  MVA* getMVA(const std::string&) { static MVA made; return &made; }
  void accept(const std::string&) {}
  void fill(const std::string&, double) {}
  AnalysisObjects overlapRemoval(const AnalysisObjects& of, const AnalysisObjects&, float) { return of; }
  float sumObjectsPt(const AnalysisObjects&) { return 0; }
};
#define DefineAnalysis(name)                \
  struct name : AnalysisClass {             \
    void Init();                            \
    void ProcessEvent(AnalysisEvent*);      \
  };
