"""The shell scripts: clean by shellcheck, and the Slurm script hands Longtail what Slurm says."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from longtail.command_line import main
from longtail.render.commands.shard import Shard

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


KUBECTL = f"""#!{sys.executable}
import sys
from pathlib import Path
with Path("calls").open("a") as calls:
    print(*sys.argv[1:], file=calls)
if "failedIndexes" in sys.argv[-1]:
    print("3,7")
else:
    answer, _, rest = Path("answers").read_text().partition(chr(10))
    Path("answers").write_text(rest or answer)
    sys.exit(1) if answer == "away" else print(*answer.split(","), sep=chr(10))
"""


def wait(tmp_path: Path, *answers: str) -> subprocess.CompletedProcess[str]:
    """Wait for a job, with a kubectl that gives one answer after the other, and the last one for ever."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(KUBECTL, encoding="utf-8")
    kubectl.chmod(0o755)
    (tmp_path / "answers").write_text("\n".join(answers), encoding="ascii")
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "WAIT_SECONDS": "0"}
    words = ["sh", str(DOCKER / "wait-for-job.sh"), "longtail-render", "--namespace=far"]
    return subprocess.run(words, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False, timeout=60)


@pytest.mark.parametrize(
    ("answers", "status", "said"),
    [
        (["", "", "SuccessCriteriaMet,Complete"], 0, "longtail-render is complete"),
        (["", "FailureTarget", "FailureTarget,Failed"], 1, "longtail-render failed; indexes 3,7"),
        (["Suspended", "Complete"], 0, "longtail-render is complete"),
    ],
)
def test_a_job_that_ends_either_way_is_waited_for(answers: list[str], status: int, said: str, tmp_path: Path) -> None:
    ended = wait(tmp_path, *answers)
    assert (ended.returncode, (ended.stdout + ended.stderr).strip()) == (status, said)
    asked = (tmp_path / "calls").read_text().splitlines()
    assert len(asked) == len(answers) + status
    assert all(line.startswith("get job longtail-render --namespace=far --output jsonpath={") for line in asked)


def test_an_api_server_may_be_away_for_a_while(tmp_path: Path) -> None:
    assert wait(tmp_path, "away", "away", "", "Complete").returncode == 0
    assert wait(tmp_path, "away").returncode == 1


def test_a_gpu_is_asked_for_by_name(tmp_path: Path) -> None:
    """Where it is missing, a task fails, and does not render on the CPU."""
    variables = {"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "4"}
    words = submit(tmp_path, "street", "out", "100", **variables).stdout.splitlines()
    assert "gpu" in options()["gres"]
    assert words[words.index("--device") + 1] == "optix"


def test_the_merge_waits_for_any_end() -> None:
    for text in (SLURM.read_text(encoding="utf-8"), (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")):
        assert "afterany:$job" in text
        assert "afterok:" not in text
