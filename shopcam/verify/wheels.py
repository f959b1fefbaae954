"""The wheels of TensorFlow 1.x that stand for the phone's generations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wheel:
    """One wheel on PyPI, with what pip must be told to give it.

    Attributes:
        release: the distribution's version.
        python: the Python version that it was made for.
        platform: its platform tag.
        megabytes: the size of the download.
        sha256: of the file that PyPI serves.
    """

    release: str
    python: str
    platform: str
    megabytes: int
    sha256: str

    @property
    def abi(self) -> str:
        """The ABI tag, `cp36m`."""
        return f"cp{self.python.replace('.', '')}m"

    @property
    def file(self) -> str:
        """The file's name."""
        tag = f"{self.abi[:-1]}-{self.abi}-{self.platform}"
        return f"tensorflow-{self.release}-{tag}.whl"


WHEELS = {
    "1.1": Wheel(
        "1.1.0",
        "3.6",
        "manylinux1_x86_64",
        31,
        "b6b580912142eaf7ebc1c806d040fed2cc15bcf4422302502f53a65d00d5830b",
    ),
    "1.8": Wheel(
        "1.8.0",
        "3.6",
        "manylinux1_x86_64",
        49,
        "de51f60021ea8160ea6d0340e827a26331cd549f6e7c470fba7ee83aeab4f818",
    ),
    "1.13": Wheel(
        "1.13.1",
        "3.6",
        "manylinux1_x86_64",
        93,
        "77eec2351d0a9b5312ea01ee4c78c13996f249cf1bead2e68256a65e533f45ef",
    ),
    "1.15": Wheel(
        "1.15.5",
        "3.7",
        "manylinux2010_x86_64",
        111,
        "29831dda98d668067de75403b2fca0d06a2f026ef6f217fa2ca873c20b4ee4d3",
    ),
}
