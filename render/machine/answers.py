"""How a process that was asked a question marks its answer among all else that Blender says."""

from __future__ import annotations

ANSWER = "ANSWER"
"""What the line of `render.blender.trial` that answers begins with; JSON comes behind it."""
