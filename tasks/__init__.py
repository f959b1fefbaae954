"""Fabric tasks: arguments in, one call, a readable line out.

The module is the noun and the task the verb: `fab graph.freeze`. No logic
lives here, and nothing heavy is imported at the top of a module, because
`fab --list` imports them all.
"""

from types import ModuleType

from invoke import Collection

from tasks import (
    _ios,
    _tensorflow,
    _toolchain,
    benchmark,
    build_ios,
    camera,
    check,
    data,
    evaluate,
    graph,
    hosts,
    housekeeping,
    integrate,
    ios,
    ios_job,
    ios_phone,
    rates,
    runtime,
    tensorflow,
    tensorflow_build,
    training,
    verify,
)


def collect() -> Collection:
    """All tasks: those of everyday use by their verb, others by noun."""
    namespace = Collection(auto_dash_names=False)
    for everyday in (
        integrate.integrate,
        build_ios.build_ios,
        training.train,
        evaluate.evaluate,
        housekeeping.clean,
        housekeeping.doctor,
    ):
        namespace.add_task(everyday)
    for noun in (benchmark, camera, check, data, graph, hosts, runtime, verify):
        collection = Collection.from_module(noun, auto_dash_names=False)
        namespace.add_collection(collection)
    for name, modules in (
        ("ios", (ios, ios_job, ios_phone)),
        ("tensorflow", (tensorflow, tensorflow_build)),
        ("training", (rates,)),
    ):
        namespace.add_collection(one_noun(name, modules))
    namespace.configure(
        {
            "ios": _ios.DEFAULTS,
            "tensorflow": _tensorflow.DEFAULTS,
            "bazel": _toolchain.DEFAULTS,
        }
    )
    return namespace


def one_noun(name: str, modules: tuple[ModuleType, ...]) -> Collection:
    """The tasks of several modules by one noun."""
    collection = Collection(name, auto_dash_names=False)
    for module in modules:
        for each in Collection.from_module(module).tasks.values():
            collection.add_task(each)
    return collection
