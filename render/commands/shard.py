"""Which frames a run makes: all of them, or every N-th of a share of the work."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from longtail.annotate.errors import ConfigError

AUTO = "auto"

INDEX_VARIABLES: Mapping[str, str] = {
    "JOB_COMPLETION_INDEX": "Kubernetes indexed Job",
    "SLURM_ARRAY_TASK_ID": "Slurm job array",
    "AWS_BATCH_JOB_ARRAY_INDEX": "AWS Batch array job",
}
"""Where a scheduler tells a job of an array its index, from 0.

Kubernetes and AWS Batch count from 0 by themselves, Slurm as `sbatch --array=0-7` says:
https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode,
https://slurm.schedmd.com/job_array.html, https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html.
"""


@dataclass(frozen=True)
class Shard:
    """Part `number` (from 0) of `count` interleaved parts: frames number, number + count, ..."""

    number: int = 0
    count: int = 1

    @classmethod
    def parse(cls, text: str, environment: Mapping[str, str] = os.environ) -> Shard:
        """ "2/8" is the third of eight parts, "auto/8" the part whose number the job scheduler put in `environment`.

        ConfigError for anything else.
        """
        number, slash, count = text.partition("/")
        asked = f"{text!r}"
        if number == AUTO and slash:
            variable, number = _scheduled(environment)
            asked = f"{text!r} with {variable}={number!r}"
        if not slash or not number.isdecimal() or not count.isdecimal() or not int(number) < int(count):
            raise ConfigError(
                f"--shard: expected I/N with 0 <= I < N, such as 0/4, or auto/N in a job array, got {asked}"
            )
        return cls(int(number), int(count))

    def indices(self, frames: int, together: int = 1) -> Sequence[int]:
        """The frames of this part, of `frames` in all. Each run of `together` frames stays in one part."""
        if together == 1 or self.count == 1:
            return range(self.number, frames, self.count)
        firsts = range(self.number * together, frames, self.count * together)
        return [index for first in firsts for index in range(first, min(first + together, frames))]


def _scheduled(environment: Mapping[str, str]) -> tuple[str, str]:
    """The one variable that holds this job's index, and its value; ConfigError for none, or for two that differ."""
    found = {name: environment[name].strip() for name in INDEX_VARIABLES if environment.get(name, "").strip()}
    if not found:
        names = ", ".join(f"{name} ({scheduler})" for name, scheduler in INDEX_VARIABLES.items())
        raise ConfigError(f"--shard: auto expected one of {names} to be set, got none; write the index, such as 0/4")
    if len(set(found.values())) > 1:
        shown = ", ".join(f"{name}={value}" for name, value in found.items())
        raise ConfigError(f"--shard: auto expected one index from the environment, got {shown}; write it, such as 0/4")
    return next(iter(found.items()))
