"""Numbers that are reached by hand-run measurements: ``python -m tests.benchmarks.bench_...``; none is a test."""
