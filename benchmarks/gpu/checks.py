"""What only a GPU can answer: `python benchmarks/gpu/checks.py -o OUT --seconds 500 [CHECK...]`; see README.md here.

Most valuable first, each under a limit of its own; results are written after each.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from measured import Bench, Load, compared, events, frames_per_minute, longtail, told

LENSES = ("kannala_brandt", "brown_conrady")
_MACHINE = "nvidia-smi; df -m /dev/shm /tmp; free -m; grep -m1 'model name' /proc/cpuinfo; ls /usr/share/glvnd/*"
_FIRST = """
from longtail.render.machine.probe import first_picture
from longtail.render.workers.request import devices_for
print("FIRST", first_picture(devices_for("{}")[0][0], "pinhole", print))
"""


def machine(bench: Bench) -> None:
    """The machine, its driver, and what Longtail's doctor says of them."""
    facts = bench.call("machine", ["sh", "-c", _MACHINE], 20).text
    bench.note("machine", {"cores": os.cpu_count(), "python": platform.python_version(), "said": facts})
    ran = bench.call("doctor", longtail("doctor"), 240)
    bench.note("doctor", {"status": ran.status, "seconds": ran.seconds, "said": ran.text})
    bench.say(f"doctor: status {ran.status} in {ran.seconds} s")
    for line in ran.text.splitlines():
        bench.say(f"        {line[:160]}")


def first(bench: Bench) -> None:
    """A device's first picture with nothing compiled, and again with what the first has left."""
    kept = {f"{name}_CACHE_PATH": str(bench.out / "kernels" / name) for name in ("CUDA", "OPTIX")}
    for kind in ("cuda", "optix"):
        for name in (f"{kind}, nothing compiled", f"{kind}, again"):
            ran = bench.call(name, [sys.executable, "-c", _FIRST.format(bench.device(kind))], 600, **kept)
            line = next((line for line in ran.text.splitlines() if line.startswith("FIRST")), ran.text[-300:])
            bench.note(f"first picture: {name}", {"status": ran.status, "seconds": ran.seconds, "said": line})
            bench.say(f"first picture: {name}: status {ran.status} in {ran.seconds} s: {line[:160]}")


def frames(bench: Bench) -> None:
    """Frames on each kind of device, one worker."""
    for kind, count in (("cuda", 11), ("optix", 11), ("cpu", 4)):
        facts = bench.note(kind, bench.render(kind, kind, 2 if bench.rehearsal else count, 150))
        bench.say(f"{kind}: {told(facts)}")


def twice(bench: Bench) -> None:
    """The same frames again: labels must have the same bytes; and how kinds of devices differ."""
    for kind in ("cuda", "optix"):
        bench.render(f"{kind}-again", kind, 2, 60)
    for one, other in (("cuda", "cuda-again"), ("optix", "optix-again"), ("cuda", "cpu"), ("cuda", "optix")):
        facts = bench.note(f"{one} against {other}", compared(bench.out / one, bench.out / other))
        bench.say(f"{one} against {other}: {told(facts)}")


def lenses(bench: Bench) -> None:
    """Lenses are shaders to Cycles: OptiX renders them, CUDA must refuse them in a sentence."""
    for lens in LENSES:
        options = ("--set", f"camera.model={lens}", "--set", "assets.packs=false")
        for kind in ("optix", "cpu"):
            facts = bench.note(f"{lens} on {kind}", bench.render(f"{lens}-{kind}", kind, 1, 90, *options))
            bench.say(f"{lens} on {kind}: status {facts['status']} in {facts['seconds']} s")
        facts = bench.note(f"{lens}: optix, cpu", compared(bench.out / f"{lens}-optix", bench.out / f"{lens}-cpu"))
        bench.say(f"{lens}, optix against cpu: {told(facts)}")
    ran = bench.call("lens on cuda", longtail("render", "street", "--set", f"camera.model={lens}", "--device", "cuda",
                                              "-o", bench.out / "refused"), 60)  # fmt: skip
    bench.note("lens on cuda", {"status": ran.status, "said": ran.text})
    bench.say(f"lens on cuda: status {ran.status}, which ought to be 2: {ran.text.strip()[-200:]}")


def eevee(bench: Bench) -> None:
    """Pictures by EEVEE, its first and its steady state, then with the driver's cache; labels are those of Cycles."""
    kind = best(bench)
    for name in ("eevee", "eevee-again"):
        count = 1 if bench.rehearsal else 4
        facts = bench.note(name, bench.render(name, kind, count, 170, "--engine", "eevee"))
        bench.say(f"{name} on {kind}: {told(facts)}")
    facts = bench.note(f"eevee against {kind}", compared(bench.out / "eevee", bench.out / kind))
    bench.say(f"eevee against {kind}, labels must be the same: {told(facts)}")


def workers(bench: Bench) -> None:
    """Frames a minute with 1, 2, 4 and 8 workers on one GPU, in the second half of a minute: most models are there."""
    kind = best(bench)
    for count in (1, 2, 4, 8):
        limit_s = min(60.0, bench.left())
        if limit_s < 20:
            bench.say(f"{count} workers: no time left")
            return
        began = time.time()
        with Load() as load:
            facts = bench.render(f"workers-{count}", kind, 5 if bench.rehearsal else 1000, limit_s, workers=count)
        half, end = began + limit_s / 2, began + limit_s
        pace = frames_per_minute(bench.out / f"workers-{count}", half, end)
        facts = bench.note(f"{count} workers", facts | {"frames_per_minute": pace, **load.facts(half)})
        shown = {name: facts.get(name) for name in ("frames_per_minute", "frames", "busy_percent", "memory_mib")}
        bench.say(f"{count} workers on {kind}: {told(shown)}")


def short(bench: Bench) -> None:
    """Frames while others have all but some MiB of the GPU: errors in words and set aside, or right pictures."""
    for keep_mib in (450, 900):
        holder = [sys.executable, str(Path(__file__).with_name("hold.py")), str(keep_mib)]
        other = subprocess.Popen(holder, stdout=subprocess.PIPE, text=True)
        try:
            assert other.stdout is not None
            held = other.stdout.readline().strip() or "nobody could take it"
            facts = bench.render(f"short-{keep_mib}", "cuda", 1, 110)
        finally:
            other.kill()
            other.wait()
        name = f"{keep_mib} MiB left"
        facts |= {"held": held, "against cuda": compared(bench.out / f"short-{keep_mib}", bench.out / "cuda")}
        counted = [event["counted"] for event in events(bench.out / f"short-{keep_mib}", "frame_failed")]
        bench.note(name, facts | {"counted": counted})
        bench.say(f"{name} ({held}): status {facts['status']}, {facts['frames']} frames, counted {counted}, "
                  f"failures {facts['failures']}, against cuda {told(facts['against cuda'])}")  # fmt: skip


def best(bench: Bench) -> str:
    """The faster of CUDA and OptiX, by what was measured here."""
    known = {kind: bench.results.get(kind, {}).get("mean_s", {}).get("beauty") for kind in ("optix", "cuda")}
    return min((kind for kind in known if known[kind]), key=lambda kind: known[kind], default="cuda")


CHECKS: dict[str, Callable[[Bench], None]] = {
    check.__name__: check for check in (machine, first, frames, twice, lenses, workers, eevee, short)
}


@click.command()
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="a folder for the results")
@click.option("--seconds", default=500.0, show_default=True, help="for all checks together")
@click.option("--rehearse", is_flag=True, help="tiny frames, the CPU in every device's place")
@click.argument("checks", nargs=-1, type=click.Choice(list(CHECKS)))
def main(out: Path, seconds: float, rehearse: bool, checks: Sequence[str]) -> None:
    """Measure what only a GPU can answer."""
    out.mkdir(parents=True, exist_ok=True)
    bench = Bench(out, seconds, rehearse)
    for name in checks or CHECKS:
        if bench.left() < 6:
            bench.say(f"{name}: no time left")
            continue
        try:
            CHECKS[name](bench)
        except Exception as error:
            # The others have their answers all the same.
            bench.say(f"{name}: the check itself failed: {type(error).__name__}: {error}")
    bench.say("done")


if __name__ == "__main__":
    main()
