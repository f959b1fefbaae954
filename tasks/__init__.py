"""Fabric tasks: arguments in, one call, a readable line out.

The module is the noun and the task the verb: `fab graph.freeze`. No logic
lives here, and nothing heavy is imported at the top of a module, because
`fab --list` imports them all.
"""

from invoke import Collection

from tasks import (
    benchmark,
    check,
    data,
    graph,
    housekeeping,
    integrate,
    ios,
    runtime,
    training,
    verify,
)


def collect() -> Collection:
    """All tasks: those of everyday use by their verb, others by noun."""
    namespace = Collection(auto_dash_names=False)
    for everyday in (
        integrate.integrate,
        ios.build_ios,
        training.train,
        housekeeping.clean,
        housekeeping.doctor,
    ):
        namespace.add_task(everyday)
    for noun in (benchmark, check, data, graph, runtime, verify):
        collection = Collection.from_module(noun, auto_dash_names=False)
        namespace.add_collection(collection)
    return namespace
