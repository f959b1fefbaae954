"""ResNet-101, image by image: the original's strongest single network.

Reproduces: the original's image-wise ResNet-101, trained from scratch on
    Cdiscount's 12,371,293 training images of 5,270 categories at 180x180.
Command:    fab train --model=resnet101 --catalogue=FOLDER (train.bson,
    test.bson and category_names.csv, which the user brings)
Time:       not run here. ResNet-101 trains at about 0.61 of ResNet-50's
    images per second.
Expected:   0.70 to 0.74 top-1; a published ResNet-101 that started from
    ImageNet's weights reached 0.744 after 18 epochs.
"""

import dataclasses

from shopcam.training.recipes import resnet50

# The same schedule, so that the two differ in depth alone.
RECIPE = dataclasses.replace(resnet50.RECIPE, network="resnet101")
