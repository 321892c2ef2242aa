"""Camera models: where a point of the world lands in the picture, and which ray a pixel looks along.

Pixels: (0, 0) is the top-left corner of the first pixel and (0.5, 0.5) its centre. Camera frame: OpenCV axes.
"""

from longtail.annotate.camera.beams import Beams
from longtail.annotate.camera.brown_conrady import BrownConrady
from longtail.annotate.camera.camera import LENSES, Camera
from longtail.annotate.camera.equirectangular import Equirectangular
from longtail.annotate.camera.f_theta import FTheta
from longtail.annotate.camera.image_circle import in_image_circle
from longtail.annotate.camera.kannala_brandt import KannalaBrandt
from longtail.annotate.camera.lens import Lens
from longtail.annotate.camera.orthographic import Orthographic
from longtail.annotate.camera.pinhole import Pinhole

__all__ = [
    "LENSES",
    "Beams",
    "BrownConrady",
    "Camera",
    "Equirectangular",
    "FTheta",
    "KannalaBrandt",
    "Lens",
    "Orthographic",
    "Pinhole",
    "in_image_circle",
]
