from shopcam.training.recipe import Drawn, Recipe

RECIPE = Recipe(
    network="small_resnet",
    classes=24,
    batch=32,
    rates=(
        0.02,
        0.05,
        0.05,
        0.05,
        0.05,
        0.05,
        0.05,
        0.02,
        0.02,
        0.02,
        0.005,
        0.001,
    ),
    momentum=0.9,
    weight_decay=1e-4,
    label_smoothing=0.1,
    flip=True,
    crop=0.8,
    drawn=Drawn(products=6000, seed=2017),
)
