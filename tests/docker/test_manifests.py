"""The scheduler files: valid by public schemas, and what they run is what Longtail's command line takes."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml

from longtail.command_line import main
from longtail.render.commands.shard import Shard
from longtail.scenes.config.loading import load

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# backoffLimitPerIndex became stable in this one.
KUBERNETES = "1.33"


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DOCKER / name).read_text(encoding="utf-8")))


def kind_and_name(document: dict[str, Any]) -> str:
    return f"{document['kind']}-{document['metadata']['name']}"


JOB_FILE = documents("k8s-job.yaml")
CONFIG, CLAIM, RENDER, MERGE = JOB_FILE
(RAY,) = documents("ray-cluster.yaml")
CONFIG_FRAMES = 10000
RENDER_POD = RENDER["spec"]["template"]["spec"]
RAY_GROUPS = [RAY["spec"]["headGroupSpec"], *RAY["spec"]["workerGroupSpecs"]]
PODS = [RENDER_POD, MERGE["spec"]["template"]["spec"], *(group["template"]["spec"] for group in RAY_GROUPS)]


def parse(command: str, arguments: list[str]) -> dict[str, Any]:
    """What Longtail's own command line makes of the arguments; an error where it would refuse them."""
    found = main.commands[command]
    assert isinstance(found, click.Command)
    return found.make_context(command, list(arguments)).params


@pytest.mark.parametrize("document", JOB_FILE, ids=kind_and_name)
def test_kubernetes_accepts_each_document(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_the_validator_refuses_what_kubernetes_would() -> None:
    wrong = {**RENDER, "spec": {**RENDER["spec"], "completionMod": "Indexed"}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


@pytest.mark.parametrize("group", RAY_GROUPS, ids=["head", "workers"])
def test_ray_groups_hold_valid_pods(group: dict[str, Any]) -> None:
    pod = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "ray"}, "template": group["template"]}
    kubernetes_validate.validate(pod, KUBERNETES, strict=True)
    assert all(isinstance(value, str) for value in group["rayStartParams"].values()), "KubeRay takes strings only"


def test_ray_cluster_has_what_kuberay_requires() -> None:
    assert (RAY["apiVersion"], RAY["kind"]) == ("ray.io/v1", "RayCluster")
    names = [group["groupName"] for group in RAY["spec"]["workerGroupSpecs"]]
    assert names
    assert len(set(names)) == len(names)
    for group in RAY["spec"]["workerGroupSpecs"]:
        assert group["minReplicas"] <= group["replicas"] <= group["maxReplicas"]


def test_ray_is_the_version_of_the_lock() -> None:
    lock = (DOCKER / "requirements-ray.lock").read_text(encoding="utf-8")
    assert re.findall(r"^ray==(\S+)", lock, re.MULTILINE) == [RAY["spec"]["rayVersion"]]


def test_each_index_renders_its_shard_into_a_folder_of_its_own() -> None:
    arguments = RENDER_POD["containers"][0]["args"]
    count = RENDER["spec"]["completions"]
    assert arguments[0] == "render"
    shards = []
    outputs = set()
    for index in range(count):
        filled = [part.replace("$(JOB_COMPLETION_INDEX)", str(index)) for part in arguments[1:]]
        parsed = parse("render", filled)
        shards.append(Shard.parse(parsed["shard"]))
        outputs.add(parsed["output"])
    assert shards == [Shard(index, count) for index in range(count)]
    assert len(outputs) == count
    assert {output.parent for output in outputs} == {Path("/data/parts")}


def test_retries_are_counted_by_index() -> None:
    spec = RENDER["spec"]
    assert spec["completionMode"] == "Indexed"
    assert spec["backoffLimitPerIndex"] > 0
    assert RENDER_POD["restartPolicy"] == "Never", "Kubernetes refuses backoffLimitPerIndex with any other"
    assert spec["parallelism"] <= spec["completions"]


def test_policies_name_containers_that_exist() -> None:
    names = {container["name"] for container in RENDER_POD["containers"]}
    rules = RENDER["spec"]["podFailurePolicy"]["rules"]
    assert {rule["onExitCodes"]["containerName"] for rule in rules if "onExitCodes" in rule} <= names


def test_merge_reads_the_parts_that_were_rendered() -> None:
    (script,) = MERGE["spec"]["template"]["spec"]["containers"][0]["args"]
    merge, check = (part.split()[1:] for part in script.split(" && "))
    assert merge[0] == "merge"
    assert parse("merge", merge[1:])["inputs"] == (Path("/data/parts/*"),)
    assert parse("check", check[1:])["dataset"] == parse("merge", merge[1:])["output"]
    assert MERGE["spec"]["suspend"]


def test_one_frame_that_always_fails_stops_neither_shards_nor_merge() -> None:
    (script,) = MERGE["spec"]["template"]["spec"]["containers"][0]["args"]
    merge, check = (part.split()[1:] for part in script.split(" && "))
    allowed = parse("render", RENDER_POD["containers"][0]["args"][1:])["allow_failures"]
    assert allowed.of(CONFIG_FRAMES // RENDER["spec"]["completions"]) >= 1
    assert parse("merge", merge[1:])["allow_failures"] == parse("check", check[1:])["allow_failures"] == allowed


def test_shells_pass_signals_on() -> None:
    """As process 1, a shell would keep SIGTERM from what it runs."""
    for pod in PODS:
        for container in pod["containers"]:
            if "sh" in container.get("command", []):
                assert container["command"][:3] == ["tini", "-g", "--"]


def test_a_gpu_of_the_limits_is_asked_for_by_name() -> None:
    (container,) = RENDER_POD["containers"]
    assert container["resources"]["limits"]["nvidia.com/gpu"] == 1
    assert "--device=optix" in container["args"]


def test_the_config_is_one_that_longtail_takes(tmp_path: Path) -> None:
    ((name, text),) = CONFIG["data"].items()
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert load(str(tmp_path / name), []).frames == CONFIG_FRAMES


@pytest.mark.parametrize("pod", PODS, ids=["render", "merge", "ray-head", "ray-worker"])
def test_pods_mount_what_they_declare(pod: dict[str, Any]) -> None:
    declared = {volume["name"] for volume in pod["volumes"]}
    (container,) = pod["containers"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounted) == declared
    claims = {volume["persistentVolumeClaim"]["claimName"] for volume in pod["volumes"] if volume["name"] == "data"}
    assert claims == {CLAIM["metadata"]["name"]}
    if container["securityContext"].get("readOnlyRootFilesystem"):
        assert {"/tmp", "/cache"} <= set(mounted.values())


@pytest.mark.parametrize("pod", PODS, ids=["render", "merge", "ray-head", "ray-worker"])
def test_pods_run_without_privileges(pod: dict[str, Any]) -> None:
    assert pod["securityContext"]["runAsNonRoot"]
    for container in pod["containers"]:
        assert not container["securityContext"]["allowPrivilegeEscalation"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def images() -> Iterator[tuple[str, str]]:
    for pod in PODS:
        for container in pod["containers"]:
            yield container["name"], container["image"]
    for name, service in compose()["services"].items():
        yield name, service["image"].removeprefix("${LONGTAIL_IMAGE:-").removesuffix("}")


def compose() -> dict[str, Any]:
    (document,) = documents("compose.yaml")
    return document


def test_images_are_of_this_version() -> None:
    assert {image.partition(":")[2] for _, image in images()} == {VERSION}


def test_compose_file_is_valid() -> None:
    path = DOCKER / "compose.yaml"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    answer = subprocess.run(check, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_compose_builds_the_dockerfile_from_the_root() -> None:
    for service in compose()["services"].values():
        context = (DOCKER / service["build"]["context"]).resolve()
        assert context == ROOT
        assert (context / service["build"]["dockerfile"]).is_file()


def test_compose_has_a_profile_for_each_device() -> None:
    services = compose()["services"]
    assert {name: service["profiles"] for name, service in services.items()} == {"cpu": ["cpu"], "gpu": ["gpu"]}
    assert "deploy" not in services["cpu"]
    (device,) = services["gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}
