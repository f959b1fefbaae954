"""The main job: from a model card to a bundle whose model is proven."""

from shopcam.integrate.integrate import IntegrateResult, integrate

__all__ = ["IntegrateResult", "integrate"]
