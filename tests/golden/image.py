dataset = hml.build_dataset(
    {"zz": zz},
    hml.Image(
        "fatjet0.constituents",
        subjets=("kt", 0.3, 0.0),
        origin="subjet0",
        axis="subjet1",
        flip=True,
        range=((-1.6, 1.6), (-1.6, 1.6)),
        channel=["pt", "energy"],
        scale="log",
    ),
    signal="zz",
)
dataset
