zz = hml.generate(
    "p p > z z",
    decays=["z > j j", "z > vl vl~"],
    settings={"pt_min_pdg": {23: 200}},
    events=10000,
    seed=42,
    path="study/runs/zz",
)
zz

selected = hml.select(dataset, ["fatjet0.mass > 70.0"], path="study/data/selected")
selected

hml.compare([bdt, mlp])
