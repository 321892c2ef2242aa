"""The shell scripts: clean by shellcheck, and the Slurm script hands Longtail what Slurm says."""

from __future__ import annotations

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from longtail.command_line import main
from longtail.render.shard import Shard

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
SLURM = DOCKER / "slurm.sbatch"
SCRIPTS = sorted(path.name for path in DOCKER.iterdir() if path.suffix in {".sh", ".sbatch"})


def options() -> dict[str, str]:
    """The #SBATCH lines; sbatch stops reading them at the first command."""
    found = {}
    for line in SLURM.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            break
        if match := re.fullmatch(r"#SBATCH --([a-z-]+)(?:=(\S+))?", line):
            found[match[1]] = match[2] or ""
    return found


def submit(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a task of the array would be, with a program in Longtail's place that prints its arguments."""
    program = tmp_path / "longtail"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="ascii")
    program.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LONGTAIL": str(program), **variables}
    return subprocess.run(
        ["bash", SLURM, *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )


@pytest.mark.parametrize("name", SCRIPTS)
def test_shellcheck_finds_nothing(name: str) -> None:
    shellcheck = Path(sysconfig.get_path("scripts")) / "shellcheck"
    answer = subprocess.run([shellcheck, DOCKER / name], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


def test_every_sbatch_line_is_read() -> None:
    written = re.findall(r"^#SBATCH", SLURM.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(written) == len(options())


def test_the_array_starts_at_zero_as_shards_do() -> None:
    assert re.fullmatch(r"0-\d+%\d+", options()["array"])
    assert options()["output"] == "longtail-%A_%a.log", "tasks must not share a log"


@pytest.mark.parametrize("task", [0, 3])
def test_a_task_renders_its_shard(tmp_path: Path, task: int) -> None:
    variables = {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_ARRAY_TASK_COUNT": "4"}
    answer = submit(tmp_path, "street", "out", "100", **variables)
    assert answer.returncode == 0, answer.stderr
    command, *arguments = answer.stdout.splitlines()
    parsed = main.commands[command].make_context(command, arguments).params
    assert Shard.parse(parsed["shard"]) == Shard(task, 4)
    assert (parsed["config"], parsed["frames"]) == ("street", 100)
    assert parsed["output"] == tmp_path / "out" / "parts" / str(task)
    assert parsed["output"].parent.is_dir()


def test_single_tasks_can_be_tried_again(tmp_path: Path) -> None:
    variables = {"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "1", "SHARDS": "4"}
    assert "3/4" in submit(tmp_path, "street", "out", "100", **variables).stdout.splitlines()


def test_a_wrong_call_is_a_usage_error(tmp_path: Path) -> None:
    answer = submit(tmp_path, "street")
    assert answer.returncode == 2
    assert answer.stderr.startswith("usage:")
