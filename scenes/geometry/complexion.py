"""Skin and hair as those wear them whose objects say of what colour."""

from __future__ import annotations

from longtail.scenes.geometry.materials import Complexion, srgb

SKIN = Complexion("skin", roughness=0.55, subsurface=0.08)
HAIR = Complexion("hair", srgb("#33231a"), roughness=0.6)
