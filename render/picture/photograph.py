"""From a rendered view to the picture that a camera in that weather would have taken of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, in_image_circle
from longtail.render import sensor
from longtail.render.particles import View, fly
from longtail.render.picture.aureole import with_aureoles
from longtail.render.picture.sun_disc import with_sun
from longtail.render.picture.surface_velocities import surface_velocities
from longtail.render.sensor.finite import finite
from longtail.render.soiling import soil
from longtail.render.view.exposing import Exposed
from longtail.render.view.inspection import require_variety
from longtail.render.view.seeing import transmission_raster
from longtail.scenes.atmosphere.air import AirLayer
from longtail.scenes.atmosphere.airlight import REACH_M, airlight, dense, thin
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.scene import Scene

_NO_LIGHT = (0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Photograph:
    """A picture and what is known of how it came about.

    Attributes:
        rgb: (H, W, 3) uint8, sRGB
        exposure: what the camera chose
        transmission: (H, W) float32, the share of each surface's light that crosses the air
        lens: (H, W) bool, what soiling blocks or badly distorts; None behind clean glass
    """

    rgb: NDArray[np.uint8]
    exposure: sensor.Exposure
    transmission: NDArray[np.float32]
    lens: NDArray[np.bool_] | None


def photograph(exposed: Exposed, scene: Scene, chance: Chance, ev100: float | None = None) -> Photograph:
    """Light on its way: through the air with what flies in it, through soiled glass, onto the sensor.

    Each part of the picture draws from a stream of its own of `chance`, so that none moves another's draws. What flies
    in the air and what lies on the glass is seen through the lens, and so never outside its image circle. The exposure
    is that of `ev100` where the camera's control has it, else metered. RenderError where a step makes what is not a
    number, or where the view is the same all over.
    """
    camera = scene.camera
    circle = in_image_circle(camera.lens)
    transmission = transmission_raster(camera, exposed.depth_m, scene.weather.air)
    require_variety(exposed.radiance, exposed.object_ids, transmission, circle, scene.light.horizontal_lux)
    radiance = _at_the_glass(exposed, scene)
    if ev100 is None:
        exposure = sensor.meter(radiance, scene.sensor, scene.light.exposure_ev, circle)
    else:
        exposure = sensor.exposed_at(ev100, scene.sensor)
    taken = sensor.View(camera, exposed.depth_m, np.array(scene.velocity_m_s), surface_velocities(exposed, scene))
    # What flies brings its own blur, over the same shutter.
    bare = finite(sensor.motion_blurred(radiance, taken, scene.sensor, exposure), "the motion blur", radiance)
    pupil_m = scene.sensor.pupil_m(camera.lens)
    view = View(camera, exposed.depth_m, exposed.facets, exposed.objects, exposure.shutter_s, pupil_m)
    # A parallel projection is a map: nothing flies before it, and it has no glass.
    central = camera.lens.central
    flown = fly(bare, view, scene, chance.of_moment, chance.of_air if scene.moves else None) if central else bare
    soiling = scene.soiling if central else Soiling()
    soiled = soil(flown, soiling, camera.lens.fx_px, pupil_m, chance.of_glass("lens"), scene.time_s)
    radiance = soiled.radiance if circle.all() else np.where(circle[..., None], soiled.radiance, bare)
    grain = chance.of_picture("sensor.noise"), chance.of_camera("sensor.noise")
    rgb = sensor.develop(radiance, taken, scene.sensor, exposure, *grain)
    return Photograph(rgb, exposure, transmission, None if soiling.clean else soiled.blocked & circle)


def metered_ev100(exposed: Exposed, scene: Scene) -> float:
    """What the meter of the scene's camera reads in a view: the EV100 that `photograph` would find."""
    circle = in_image_circle(scene.camera.lens)
    return sensor.reading_ev100(_at_the_glass(exposed, scene), scene.sensor, scene.light.exposure_ev, circle)


def _at_the_glass(exposed: Exposed, scene: Scene) -> NDArray[np.float32]:
    """The radiance (H, W, 3) that has come through the air, with the sun and the glow of lamps in it."""
    camera, air = scene.camera, scene.weather.air
    sky = exposed.object_ids == 0
    fine = tuple(layer for layer in air if layer.fine)
    unscattered = transmission_raster(camera, exposed.depth_m, fine)
    air_rgb = airlight(scene.light, max(fine, key=lambda layer: layer.extinction_1_m).albedo_rgb) if fine else _NO_LIGHT
    radiance = finite(through_the_air(exposed, camera, air, scene.light), "the air")
    radiance = finite(with_aureoles(radiance, unscattered, sky, camera.lens, air_rgb), "the glow of lamps", radiance)
    return finite(with_sun(radiance, camera, scene.light, sky), "the sun's disc", radiance)


def through_the_air(exposed: Exposed, camera: Camera, air: tuple[AirLayer, ...], light: Light) -> NDArray[np.float32]:
    """The radiance (H, W, 3) behind the air that was not traced; thin haze leaves the sky as it is."""
    radiance = exposed.radiance
    thick = () if exposed.thick_air else dense(air)
    for layer in (*thin(air), *thick):
        crossing = transmission_raster(camera, exposed.depth_m, (layer,), REACH_M)
        clear = (exposed.object_ids == 0) & (layer not in thick)
        lost = np.where(clear, 0.0, 1.0 - crossing)[..., None]
        glow = np.asarray(airlight(light, layer.albedo_rgb))
        radiance = np.asarray(radiance + (glow - radiance) * lost, dtype=np.float32)
    return radiance
