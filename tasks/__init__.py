"""Fabric tasks: arguments in, one call, a readable line out.

The module is the noun and the task the verb: `fab graph.freeze`. No logic
lives here, and nothing heavy is imported at the top of a module, because
`fab --list` imports them all.
"""

from invoke import Collection

from tasks import (
    _ios,
    _tensorflow,
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
    runtime,
    tensorflow,
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
    for noun in (
        *(benchmark, camera, check, data, graph, hosts, runtime),
        *(tensorflow, verify),
    ):
        collection = Collection.from_module(noun, auto_dash_names=False)
        namespace.add_collection(collection)
    namespace.add_collection(mac_tasks())
    namespace.configure(
        {"ios": _ios.DEFAULTS, "tensorflow": _tensorflow.DEFAULTS}
    )
    return namespace


def mac_tasks() -> Collection:
    """The tasks of a Mac, which stand in three modules, by one noun."""
    collection = Collection.from_module(ios, "ios", auto_dash_names=False)
    for module in (ios_job, ios_phone):
        for each in Collection.from_module(module).tasks.values():
            collection.add_task(each)
    return collection
