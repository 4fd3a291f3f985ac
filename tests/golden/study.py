import hml_jupyter as hml

zz = hml.generate(
    "p p > z z",
    decays=["z > j j", "z > vl vl~"],
    settings={"pt_min_pdg": {23: 200}},
    events=400,
    seed=42,
    path="study/runs/zz",
)
zz

qcd = hml.generate(
    "p p > j j",
    settings={"ptj": 200},
    events=400,
    seed=43,
    path="study/runs/qcd",
)
qcd

dataset = hml.build_dataset(
    {"zz": zz, "qcd": qcd},
    hml.Set(["fatjet0.mass", "fatjet0.tau21", "jet0,jet1.delta_r", "met"]),
    signal="zz",
    require="fatjet.size > 0 and jet.size > 1",
    split=(0.6, 0.2, 0.2),
    seed=1,
    path="study/data/dataset",
)
dataset

selected = hml.select(
    dataset,
    ["fatjet0.mass >= 50.0", "fatjet0.mass < 130.0"],
    path="study/data/selected",
)
selected

bdt = hml.train(
    hml.BoostedDecisionTree(n_estimators=5),
    selected,
    seed=42,
    path="study/models/bdt",
)
bdt

selected_2 = hml.select(
    dataset,
    ["fatjet0.mass >= 60.0", "fatjet0.mass < 130.0"],
    path="study/data/selected_2",
)
selected_2

hml.compare([bdt])
