"""The examples that the official packages bring."""

import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.ig.package import FOLDER_VARIABLE


def package_examples(package: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Yield file name and resource of the examples of a package (`id#version`), a Bundle's apart.

    A package that is not on this machine skips the test by name; where FHIR_PACKAGES is set it was
    promised, and its absence is a failure.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        pytest.skip(f"{FOLDER_VARIABLE} names no folder with {package}")
    with tarfile.open(Path(folder) / f"{package.replace('#', '-')}.tgz") as archive:
        for member in archive:
            if not member.name.startswith("package/example/") or not member.name.endswith(".json"):
                continue
            stream = archive.extractfile(member)
            assert stream is not None
            resource = json.load(stream)
            name = member.name.rpartition("/")[2]
            if resource.get("resourceType") == "Bundle":
                yield from ((name, e["resource"]) for e in resource["entry"] if "resource" in e)
            elif "resourceType" in resource:
                yield name, resource
