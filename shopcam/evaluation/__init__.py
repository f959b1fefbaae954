"""How good a model is: on images, on products, at every level."""
