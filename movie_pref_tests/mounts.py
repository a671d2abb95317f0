"""Disks of a test's own: what is mounted ends with the test, and where nothing can be mounted the test is skipped."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(place: Path, *steps: list[str]) -> Iterator[Path]:
    """A folder over which something is mounted, by the options of one call of `mount` after the other."""
    for options in steps:
        done = subprocess.run(["mount", *options, str(place)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A folder that is a disk of its own, of so many bytes as `mount` writes them (`1m`)."""
    place.mkdir()
    with mounted(place, ["-t", "tmpfs", "-o", f"size={size}", "tmpfs"]):
        yield place
