"""Makes the benchmark's model: runs in Python 3.6 with TensorFlow 1.8.

    python3.6 make_resnet50.py FOLDER

ResNet-50 of contrib.slim with 5,270 classes for 180x180 images, random
weights: graph.pb and model.ckpt as a training run of that time left them.
"""

import os
import sys

import tensorflow as tf
from tensorflow.contrib.slim.python.slim.nets import resnet_v1

folder = sys.argv[1]
images = tf.placeholder(tf.float32, [None, 180, 180, 3], name="input_1")
with tf.contrib.slim.arg_scope(resnet_v1.resnet_arg_scope()):
    features, _ = resnet_v1.resnet_v1_50(
        images, num_classes=5270, is_training=False
    )
tf.nn.softmax(tf.squeeze(features, [1, 2]), name="softmax_1")
tf.set_random_seed(1)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    # Statistics away from 0 and 1, so that folding has work to do, and scales
    # that keep the sums of the residual blocks small: else the softmax
    # saturates and every difference vanishes.
    for variable in tf.global_variables():
        shape = variable.shape.as_list()
        if "moving_mean" in variable.name:
            session.run(variable.assign(tf.random_normal(shape, 0, 0.1)))
        if "logits/weights" in variable.name:
            session.run(variable.assign(tf.random_normal(shape)))
        if "gamma" in variable.name:
            session.run(variable.assign(tf.random_uniform(shape, 0.1, 0.3)))
        if "moving_variance" in variable.name:
            session.run(variable.assign(tf.random_uniform(shape, 0.5, 1.5)))
    tf.train.Saver().save(
        session,
        os.path.join(folder, "model.ckpt"),
        write_meta_graph=False,
    )
    tf.train.write_graph(session.graph_def, folder, "graph.pb", as_text=False)
