"""What the tasks of TensorFlow's sources share: which are wanted."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invoke import Context

    from shopcam.toolchain.submodule.pin import Pin

# The defaults of the section `tensorflow`, so that FABRIC_TENSORFLOW_COMMIT
# and the like work: Fabric looks for the variables of keys that it knows. A
# test compares them with shopcam.toolchain.submodule.settings, which would
# cost `fab --list` its import.
DEFAULTS = {
    "remote": "https://github.com/tensorflow/tensorflow.git",
    "tag": "v1.15.0",
    "commit": "",
    "folder": "third_party/tensorflow",
}


def pin_from(c: "Context") -> "Pin":
    """The sources that fabric.yaml and the repository pin."""
    from shopcam.toolchain.submodule.pin import pin_of
    from shopcam.toolchain.submodule.settings import tensorflow_settings

    return pin_of(tensorflow_settings(c.config.get("tensorflow", DEFAULTS)))
