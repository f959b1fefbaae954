"""Which training on the hosts a task means."""

from shopcam.cluster.worker import Worker
from shopcam.errors import BusyError, HostError
from shopcam.macos.jobs.job import Job
from shopcam.macos.jobs.release import Build, builds
from shopcam.macos.model_folder import Release


def newest_run(worker: Worker) -> Release:
    """The last training of the model on a host, which has ended.

    Raises:
        HostError: there is none.
        BusyError: it still runs.
    """
    found = begun(worker)
    if found.state == "running":
        raise BusyError(
            "A training goes on after it has ended.",
            f"{found.release.name} runs on {worker.name} since {found.started}",
            Job(worker.machine, found.release, worker.words).attach,
        )
    return found.release


def begun(worker: Worker, run: str = "") -> Build:
    """The training on a host that is called so; the newest when empty.

    Raises:
        HostError: there is none.
    """
    for each in builds(worker.machine, worker.model):
        if each.state != "new" and each.release.name.endswith(run):
            return each
    raise HostError(
        f"{worker.name} must have begun that training.",
        f"no {run or 'training'} in {worker.model.releases}",
        "name the hosts that trained, the first one first: fab hosts.list",
    )


def find_run(worker: Worker, run: str) -> None:
    """Lets a worker train where it did before, if it did.

    Args:
        run: the six digits of the training.
    """
    for each in builds(worker.machine, worker.model):
        if each.release.name.endswith(run):
            worker.release = each.release
