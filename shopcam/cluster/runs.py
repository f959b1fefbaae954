"""Which training on the hosts a task means."""

import re

from shopcam.cluster.team import Team, run_of
from shopcam.cluster.worker import Worker
from shopcam.errors import BusyError, HostError, UsageError
from shopcam.macos.jobs.job import Job
from shopcam.macos.jobs.release import Build, builds


def newest_run(team: Team, model: str) -> str:
    """The six digits of the chief's last training of a model, to be resumed.

    Raises:
        HostError: there is none.
        BusyError: it still runs.
    """
    found = begun(team.chief)
    run = run_of(found.release.name)
    team.call_it(model, run)
    if found.state == "running":
        chief = team.chief
        raise BusyError(
            "A training goes on after it has ended.",
            f"{found.release.name} runs on {chief.name} since {found.started}",
            Job(chief.machine, found.release, chief.words).attach,
        )
    return run


def begun(worker: Worker, run: str = "") -> Build:
    """The training on a host that is called so; the newest when empty.

    Args:
        run: its six digits.

    Raises:
        UsageError: these are no six digits.
        HostError: there is none.
    """
    if run and not re.fullmatch(r"[0-9a-f]{6}", run):
        raise UsageError(
            "A training is named by the six digits that its name ends with.",
            f"--run={run}",
            "fab hosts.trainings lists what there is",
        )
    for each in builds(worker.machine, worker.model):
        if each.state != "new" and each.release.name.endswith(run):
            return each
    raise HostError(
        f"{worker.name} must have begun that training.",
        f"no {run or 'training'} in {worker.model.releases}",
        "name the hosts that trained, the first one first; fab "
        "hosts.trainings lists what there is",
    )


def find_run(worker: Worker, run: str) -> None:
    """Lets a worker train where it did before, if it did.

    Args:
        run: the six digits of the training.
    """
    for each in builds(worker.machine, worker.model):
        if each.release.name.endswith(run):
            worker.release = each.release
