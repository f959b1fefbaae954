"""Writes tests/fixtures/tf18/*.tar.xz: sources as TensorFlow 1.8 left them.

No TensorFlow of today writes such files, and CI has no Python 3.6. Run it
again to change or add a case, in a Python 3.6 with tensorflow==1.8.0:

    python3.6 scripts/make_fixtures.py

Each archive holds a source, and `answers.npz` with `images`, (4, 8, 8, 3)
float32, and `answers`, (4, 5) float32: what TensorFlow 1.8 itself answered
in inference. It is plain Python 3.6, which shopcam's own code is not.
"""

import os
import shutil
import tarfile
import tempfile

import numpy as np
import tensorflow as tf
from tensorflow.python.keras._impl import keras

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "..", "tests", "fixtures", "tf18")
SIDE, CLASSES, IMAGES = 8, 5, 4


def probe_images():
    """The images, preprocessed."""
    draw = np.random.RandomState(7)
    return draw.normal(0, 1.5, (IMAGES, SIDE, SIDE, 3)).astype(np.float32)


def scramble(session):
    """Gives every float variable a value that no initialiser gives."""
    draw = np.random.RandomState(11)
    for variable in tf.global_variables():
        if variable.dtype.base_dtype == tf.float32:
            shape = variable.shape.as_list()
            value = draw.uniform(0.2, 1.2, shape)
            if "kernel" in variable.name or "weights" in variable.name:
                value = draw.normal(0, 0.4, shape)
            variable.load(value.astype(np.float32), session)


def answer(folder, session, images, output, feeds):
    """Saves what the network answers, one image at a time."""
    probes = probe_images()
    answers = np.concatenate(
        [
            session.run(output, {images: probe[None], **feeds})
            for probe in probes
        ]
    )
    path = os.path.join(folder, "answers.npz")
    np.savez(path, images=probes, answers=answers.astype(np.float32))


def head(values):
    """Global average, dense layer and softmax."""
    values = tf.reduce_mean(values, [1, 2])
    return tf.nn.softmax(tf.layers.dense(values, CLASSES), name="probs")


def train(output):
    """What a training script hangs onto its network."""
    labels = tf.placeholder(tf.int32, (None,), name="labels")
    loss = tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=labels, logits=output.op.inputs[0]
        )
    )
    tf.summary.scalar("loss", loss)
    tf.summary.merge_all()
    step = tf.train.get_or_create_global_step()
    update = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    with tf.control_dependencies(update):
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, step)


def training(folder):
    """A training graph: is_training placeholder, every kind of batch norm,
    dropout in both forms, optimizer, summaries; MetaGraph and checkpoint."""
    images = tf.placeholder(tf.float32, (None, SIDE, SIDE, 3), name="x")
    flag = tf.placeholder(tf.bool, name="is_training")
    keep = tf.placeholder(tf.float32, name="keep_prob")
    values = tf.layers.conv2d(images, 4, 3)
    values = tf.layers.batch_normalization(values, training=flag, fused=True)
    values = tf.nn.relu(values)
    values = tf.contrib.layers.batch_norm(
        values, is_training=flag, updates_collections=None
    )
    values = tf.layers.conv2d(values, 4, 3)
    values = tf.layers.batch_normalization(values, training=flag, fused=False)
    values = tf.layers.dropout(values, 0.4, training=flag)
    values = tf.nn.dropout(values, keep)
    output = head(values)
    train(output)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        scramble(session)
        answer(folder, session, images, output, {flag: False, keep: 1.0})
        tf.train.Saver().save(session, os.path.join(folder, "model.ckpt"))


def queue(folder):
    """Images out of a queue, V1 checkpoint, graph as text."""
    flag = tf.placeholder_with_default(True, (), name="train_mode")
    files = tf.train.string_input_producer(["a.jpg"])
    _, data = tf.WholeFileReader().read(files)
    image = tf.to_float(tf.image.decode_jpeg(data, 3))
    image.set_shape((SIDE, SIDE, 3))
    images = tf.train.batch([image], 2, name="batch")
    values = tf.layers.conv2d(images, 4, 3, name="one")
    values = tf.layers.batch_normalization(values, training=flag)
    with tf.control_dependencies([tf.assert_positive(tf.shape(values))]):
        values = tf.check_numerics(values, "conv")
    output = head(values)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        scramble(session)
        probes = probe_images()
        answers = [
            session.run(output, {images: np.stack([one, one]), flag: False})[0]
            for one in probes
        ]
        np.savez(
            os.path.join(folder, "answers.npz"),
            images=probes,
            answers=np.stack(answers),
        )
        saver = tf.train.Saver(write_version=tf.train.SaverDef.V1)
        path = os.path.join(folder, "model.ckpt")
        saver.save(session, path, write_meta_graph=False)
        graph = session.graph.as_graph_def()
        tf.train.write_graph(graph, folder, "graph.pbtxt", as_text=True)


def saved(folder):
    """A SavedModel of TF 1, with an is_training placeholder beside."""
    images = tf.placeholder(tf.float32, (None, SIDE, SIDE, 3), name="x")
    flag = tf.placeholder_with_default(False, (), name="is_training")
    values = tf.layers.conv2d(images, 4, 3)
    values = tf.layers.batch_normalization(values, training=flag)
    output = head(values)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        scramble(session)
        answer(folder, session, images, output, {})
        path = os.path.join(folder, "saved_model")
        tf.saved_model.simple_save(
            session, path, {"images": images}, {"scores": output}
        )


def averaged(folder):
    """An evaluation graph that restores a moving average for one variable
    and slices of one value for two others."""
    images = tf.placeholder(tf.float32, (None, SIDE, SIDE, 3), name="x")
    parts = tf.get_variable(
        "whole/kernel",
        (3, 3, 3, 4),
        partitioner=tf.fixed_size_partitioner(2, axis=3),
    )
    values = tf.nn.conv2d(images, parts, [1, 1, 1, 1], "SAME")
    output = head(tf.nn.relu(values))
    kernel, bias = tf.trainable_variables()[-2:]
    averages = tf.train.ExponentialMovingAverage(0.9)
    averages.apply([kernel])
    everything = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        scramble(session)
        path = os.path.join(folder, "model.ckpt")
        everything.save(session, path, write_meta_graph=False)
        session.run(tf.assign(kernel, averages.average(kernel)))
        answer(folder, session, images, output, {})
    evaluation = tf.train.Saver(
        {
            "whole/kernel": parts,
            averages.average_name(kernel): kernel,
            "dense/bias": bias,
        }
    )
    evaluation.export_meta_graph(
        os.path.join(folder, "eval.meta"), clear_devices=True
    )


def keras_h5(folder):
    """A Keras model, saved whole as HDF5."""
    model = keras_model()
    session = keras.backend.get_session()
    scramble(session)
    probes = probe_images()
    np.savez(
        os.path.join(folder, "answers.npz"),
        images=probes,
        answers=model.predict(probes),
    )
    model.save(os.path.join(folder, "model.h5"), include_optimizer=False)


def keras_session(folder):
    """A Keras model's graph with its learning phase, saved by a Saver."""
    model = keras_model()
    session = keras.backend.get_session()
    scramble(session)
    answer(folder, session, model.input, model.output, {})
    tf.train.Saver().save(session, os.path.join(folder, "model.ckpt"))


def keras_model():
    """A small Keras network with batch norm and dropout."""
    layers = keras.layers
    start = layers.Input((SIDE, SIDE, 3), name="photo")
    values = layers.Conv2D(4, 3, padding="same")(start)
    values = layers.BatchNormalization()(values)
    values = layers.Activation("relu")(values)
    values = layers.Dropout(0.5)(values)
    values = layers.GlobalAveragePooling2D()(values)
    end = layers.Dense(CLASSES, activation="softmax", name="probs")(values)
    return keras.models.Model(start, end)


def batch_statistics(folder):
    """A frozen graph whose batch norm was left in training mode."""
    images = tf.placeholder(tf.float32, (None, SIDE, SIDE, 3), name="x")
    values = tf.layers.conv2d(images, 4, 3)
    values = tf.layers.batch_normalization(values, training=True, fused=False)
    output = head(values)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        answer(folder, session, images, output, {})
        frozen = tf.graph_util.convert_variables_to_constants(
            session, session.graph.as_graph_def(), ["probs"]
        )
        tf.train.write_graph(frozen, folder, "frozen.pb", as_text=False)


CASES = (
    training,
    queue,
    saved,
    averaged,
    keras_h5,
    keras_session,
    batch_statistics,
)


def plain(member):
    """An archive's member without the time and the user that made it."""
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def main():
    """Writes every case."""
    os.makedirs(TARGET, exist_ok=True)
    for case in CASES:
        folder = tempfile.mkdtemp()
        keras.backend.clear_session()
        tf.reset_default_graph()
        tf.set_random_seed(3)
        case(folder)
        path = os.path.join(TARGET, case.__name__ + ".tar.xz")
        with tarfile.open(path, "w:xz") as archive:
            for name in sorted(os.listdir(folder)):
                archive.add(os.path.join(folder, name), name, filter=plain)
        shutil.rmtree(folder)
        print(f"{path}: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
