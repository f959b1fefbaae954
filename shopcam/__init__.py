"""shopcam: from a trained TensorFlow classifier to an iPhone camera app."""

__version__ = "0.1.0"
