"""Where the right answer stands among all."""

import numpy as np

from shopcam.evaluation.answers import Numbers
from shopcam.pixels import Tensor


def ranks(probabilities: Tensor, truth: Numbers) -> Numbers:
    """(answers,) int64: how many answers come before the right one.

    0 is the first answer. Of equal probabilities the earlier position comes
    first, as it does for argmax: a model that answers the same for all is
    right about the first class alone.

    Args:
        probabilities: (answers, classes).
        truth: (answers,) positions of the right class.
    """
    own = np.take_along_axis(probabilities, truth[:, None], axis=1)
    greater = np.count_nonzero(probabilities > own, axis=1)
    places = np.arange(probabilities.shape[1])
    tied = (probabilities == own) & (places < truth[:, None])
    return greater + np.count_nonzero(tied, axis=1)
