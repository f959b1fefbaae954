"""TensorFlow's original graph tools, built from its sources by Bazel."""
