"""ResNet-50, product by product, for the phone: what the original left undone.

Reproduces: nothing; resnet101_product's training with the network that goes
    to the phone, whose app averages the views of a product as it does.
Command:    fab train --model=resnet50 --recipe=resnet50_product
    --catalogue=FOLDER (train.bson, test.bson and category_names.csv, which
    the user brings)
Time:       not run here; per image as resnet50.
Expected:   0.73 to 0.77 of the products; the first place's ResNet-50 reached
    0.769 with a product's images taken together in the network.
"""

import dataclasses

from shopcam.training.recipes import resnet50

RECIPE = dataclasses.replace(resnet50.RECIPE, by_product=True)
