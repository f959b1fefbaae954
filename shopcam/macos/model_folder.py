"""Where a model lies on the Mac: its staging folders, and its releases.

~/shopcam/demo/staging-anna-laptop-1f2e3d/       what sync keeps the same
~/shopcam/demo/releases/20261123T101500Z-a1b2c3/
    camera/                                      a copy, made whole
    job/                                         see jobs/job.py
    results/                                     what the job leaves
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A copy of the bundle for one build.

    Attributes:
        name: when it was made by the Mac's clock, and six digits.
        folder: where it is on the Mac.
    """

    name: str
    folder: str

    @property
    def model(self) -> str:
        """The model's name."""
        return self.folder.split("/")[-3]

    @property
    def camera(self) -> str:
        """The Xcode project."""
        return f"{self.folder}/camera"

    @property
    def results(self) -> str:
        """What its job leaves."""
        return f"{self.folder}/results"

    @property
    def job(self) -> str:
        """The folder of its job."""
        return f"{self.folder}/job"


@dataclass(frozen=True)
class ModelFolder:
    """A model's folder on the Mac.

    Attributes:
        folder: the host's folder and the model's name.
    """

    folder: str

    @property
    def releases(self) -> str:
        """The folder of its releases."""
        return f"{self.folder}/releases"

    def staging(self, builder: str) -> str:
        """Where sync brings what `builder` builds."""
        return f"{self.folder}/staging-{builder}"

    def release(self, name: str) -> Release:
        """The release of that name."""
        return Release(name, f"{self.releases}/{name}")
