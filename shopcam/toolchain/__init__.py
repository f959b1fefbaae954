"""Who runs TensorFlow's graph tools: its wheel, or Bazel-built binaries."""
