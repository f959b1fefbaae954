"""ResNet-101, image by image, taught the levels of the hierarchy as well.

Reproduces: the original's ResNet-101 with three heads beside the leaf's, for
    the 49, 483 and 5,263 names of Cdiscount's levels. It gained nothing
    there.
Command:    fab train --model=resnet101 --recipe=resnet101_hierarchy
    --catalogue=FOLDER (train.bson, test.bson and category_names.csv, which
    the user brings)
Time:       not run here; as resnet101, the heads are 12 of its 66 million
    weights while it trains, and none of them afterwards.
Expected:   as resnet101.
"""

import dataclasses

from shopcam.training.recipes import resnet101

RECIPE = dataclasses.replace(
    resnet101.RECIPE,
    # Names, as the original: three of level 2 and seven of level 3 stand
    # under two parents. `paths` tells those apart (49, 486 and 5,270).
    hierarchy="names",
    # The three together count as much as the leaf.
    hierarchy_weight=1 / 3,
)
