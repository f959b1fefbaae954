"""Collects the tasks of tasks/: `fab --list` shows them."""

import sys

from tasks import collect, colon

# Fabric switches bytecode off for the run; with it a second integrate would
# spend more time on compiling shopcam than on finding that nothing changed.
sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)

namespace = collect()
colon.adapt(namespace)
