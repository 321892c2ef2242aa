"""What is asked of Blender before every run takes no more than Blender itself."""

from __future__ import annotations

import subprocess
import sys


def test_who_asks_for_devices_waits_for_blender_alone() -> None:
    """Neither scenes nor what draws trial pictures is imported for it."""
    program = (
        "import sys\n"
        "from unittest.mock import MagicMock\n"
        "sys.modules['bpy'] = MagicMock()\n"  # what else is imported does not depend on Blender
        "from longtail.render.blender import trial\n"
        "trial.main(['devices'])\n"
        "heavy = ('numpy', 'pydantic', 'longtail.scenes.geometry', 'longtail.render.blender.trial_pictures')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    answer, imported = said.strip().splitlines()
    assert answer.startswith("ANSWER [")
    assert imported == "[]"
