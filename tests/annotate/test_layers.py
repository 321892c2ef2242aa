"""Every layer: bytes and back, the same bytes twice, and damaged files refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from longtail.annotate.dataset import encoders
from longtail.annotate.dataset.layers import IMAGE_FORMATS, LAYERS, OUTPUTS, encode, images, layers_of
from longtail.annotate.dataset.record import dumps, record_of
from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.instances import label
from tests.annotate.clad import clad
from tests.annotate.flood import flooded
from tests.annotate.pictures import picture
from tests.annotate.stage import SHOW

FRAME = clad(picture(SHOW[2], index=12))
LABELS = label(FRAME)
_ATOL_M = {"depth": 1 / 512, "distance": 1 / 512}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_reads_back_what_it_wrote(name: str) -> None:
    layer = LAYERS[name]
    array = layer.array(FRAME, LABELS)
    data = layer.encode(array)
    assert data == layer.encode(array.copy())
    back = layer.decode(data)
    assert (back.shape, back.dtype) == (array.shape, array.dtype)
    if name in ("depth", "distance"):
        array = np.where(array > encoders.DEPTH_RANGE_M, np.float32(np.inf), array)
    assert np.allclose(back, array, rtol=2**-11 * (name == "albedo"), atol=_ATOL_M.get(name, 0), equal_nan=True)


@pytest.mark.parametrize("name", LAYERS)
def test_a_damaged_file_is_refused(name: str) -> None:
    layer = LAYERS[name]
    data = layer.encode(layer.array(FRAME, LABELS))
    flipped = bytearray(data)
    flipped[data.index(b"IDAT") + 12 if layer.extension == "png" else -12] ^= 0xFF
    for damaged in (b"", b"no picture", data[: len(data) // 2], bytes(flipped), encoders.encode_jpg(FRAME.rgb)):
        if damaged.startswith(b"\xff\xd8") and name in ("normals", "panoptic"):
            continue  # a JPEG is an RGB picture too; the record's digest tells them apart
        with pytest.raises(ValueError, match="expected a picture"):
            layer.decode(damaged)


@pytest.mark.parametrize("name", IMAGE_FORMATS)
def test_images_keep_their_colours(name: str) -> None:
    rgb = np.zeros((16, 16, 3), dtype=np.uint8)
    rgb[:] = (200, 100, 50)
    layer = images(name)
    assert layer.path(3) == f"images/000003.{name}"
    back = layer.decode(layer.encode(rgb))
    assert np.abs(back.astype(int) - rgb).max() <= (0 if name == "png" else 3)


def test_panoptic_colours_are_cocos() -> None:
    segments = np.array([[1, 256, 65536], [0, 65535, (1 << 24) - 1]], dtype=np.int32)
    with Image.open(io.BytesIO(encoders.encode_panoptic(segments))) as image:
        rgb = np.array(image)
    assert rgb.tolist() == [[[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 0, 0], [255, 255, 0], [255, 255, 255]]]
    with pytest.raises(ValueError, match="segment ids"):
        encoders.encode_panoptic(np.array([[1 << 24]], dtype=np.int32))


def test_depth_steps_are_kittis() -> None:
    depth_m = np.array([[1.0, 0.0001, 255.99, 256.5, np.inf, np.nan, -1.0]], dtype=np.float32)
    data = encoders.encode_depth(depth_m)
    assert encoders.decode_mask16(data).tolist() == [[256, 1, 65533, 0, 0, 0, 0]]
    assert np.isinf(encoders.decode_depth(data)[0, 3:]).all()


def test_normals_are_within_a_step_and_zero_is_exact() -> None:
    vectors = np.random.default_rng(0).normal(size=(20, 20, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    vectors[0, 0], vectors[0, 1] = 0, (0, 0, -1)
    back = encoders.decode_normals(encoders.encode_normals(vectors))
    assert back[0, 0].tolist() == [0, 0, 0]
    assert back[0, 1].tolist() == [0, 0, -1]
    assert np.degrees(np.arccos(np.clip((back * vectors).sum(axis=-1)[1:], -1, 1))).max() < 0.6


def test_the_lens_mask_is_black_and_white_and_written_where_asked() -> None:
    frame = flooded(index=12)
    labels = label(frame)
    assert not any("lens" in path for path in encode(clad(frame), labels, OUTPUTS.keys() - {"lens"}))
    mask = LAYERS["lens"].decode(encode(frame, labels, ["lens"])["masks/lens/000012.png"])
    assert frame.lens is not None
    assert np.array_equal(mask, np.where(frame.lens, 255, 0))
    assert not LAYERS["lens"].array(FRAME, LABELS).any()


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_output_alone_has_its_files_and_the_image(output: str) -> None:
    files = encode(FRAME, LABELS, [output], "jpg")
    assert "images/000012.jpg" in files
    assert len(files) == len(layers_of([output], "jpg"))
    record = dumps(record_of(FRAME, LABELS, {}, "clear", files))
    assert b'"file_name": "000012.jpg"' in record


def test_the_order_of_outputs_does_not_matter() -> None:
    assert list(encode(FRAME, LABELS, ["depth", "coco"])) == list(encode(FRAME, LABELS, ["coco", "depth"]))


def test_unknown_outputs_and_formats_are_named() -> None:
    with pytest.raises(ConfigError, match=r"outputs: expected some of images, coco, .*, got flaw"):
        encode(FRAME, LABELS, ["flaw"])
    with pytest.raises(ConfigError, match=r"image format: expected one of png, jpg, webp, got 'bmp'"):
        encode(FRAME, LABELS, [], "bmp")
