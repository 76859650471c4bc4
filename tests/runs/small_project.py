"""A project in a temporary folder, whose runner writes what a mapping would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS = """
from typing import Literal

mapping_name: str = "orders"
folder: str = "runs/preview"
limit: int | None = None
fail: bool = False
level: Literal["all", "some"] = "all"
"""

RUNNER = """
import json, os, pathlib
if fail:
    raise RuntimeError("the source said no\\nsecond line")
rejects = [{"key": n, "problems": [{"path": "amt", "target": "lines[0].amount", "reason": "expected a number"}]} for n in range(3)]
out = pathlib.Path(folder)
(out / "rejects.jsonl").write_text("".join(json.dumps(each) + "\\n" for each in rejects))
(out / "summary.json").write_text(json.dumps({"records": 5, "accepted": limit if limit is not None else 2, "rejected": 3}))
(out / "summary.md").write_text("# orders\\n")
print("mapped", mapping_name, "with", limit, "in", os.getcwd())
"""


def write_notebook(path: Path, *sources: str, parameters: str = PARAMETERS) -> Path:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {"tags": ["parameters"]} if number == 0 else {},
            "source": source.strip(),
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate([parameters, *sources])
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def make_project(folder: Path) -> Path:
    (folder / "intkit.toml").touch()
    (folder / "mappings").mkdir()
    (folder / "mappings" / "orders.mapping.yaml").touch()
    write_notebook(folder / "notebooks" / "run_mapping.ipynb", RUNNER)
    return folder
