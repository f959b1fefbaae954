"""TensorFlow's sources: the submodule, from which Bazel builds the tools."""

import os

# GitPython looks for git when it is imported, and raises where there is none;
# shopcam says so itself, once git is really wanted.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
