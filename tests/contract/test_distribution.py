"""What HACS and GitHub look at: hacs.json, brand images, licence, release archive."""

from pathlib import Path
import re
import struct

import pytest
import yaml

from .repository import DOMAIN, INTEGRATION, REPOSITORY, load

HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
ICONS = {"icon": 256, "icon@2x": 512, "dark_icon": 256, "dark_icon@2x": 512}
LOGOS = {"logo": 128, "logo@2x": 256, "dark_logo": 128, "dark_logo@2x": 256}


def _png_size(path: Path) -> tuple[int, int]:
    """Read width and height from the header of a PNG (PNG specification, section 11.2.1)."""
    head = path.read_bytes()[:26]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert head[25] in (4, 6), "no transparency"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def test_hacs_keys_are_known() -> None:
    assert set(load(REPOSITORY / "hacs.json")) <= HACS_KEYS


def test_hacs_values() -> None:
    hacs = load(REPOSITORY / "hacs.json")
    assert hacs["name"] == "Aqara Lock"
    assert hacs["homeassistant"] == "2026.10.4"
    assert hacs["zip_release"] is True
    assert hacs["filename"] == f"{DOMAIN}.zip"


def test_release_makes_the_archive_that_hacs_asks_for() -> None:
    release = (REPOSITORY / ".github/workflows/release.yml").read_text()
    assert load(REPOSITORY / "hacs.json")["filename"] in release
    assert f"working-directory: custom_components/{DOMAIN}" in release


def test_nothing_is_released_that_did_not_pass_the_tests() -> None:
    release = yaml.safe_load((REPOSITORY / ".github/workflows/release.yml").read_text())
    jobs = release["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/test.yml"
    assert jobs["release"]["needs"] == "test"
    assert {key for key, job in jobs.items() if "steps" in job} == {"release"}
    test = yaml.safe_load((REPOSITORY / ".github/workflows/test.yml").read_text())
    # YAML reads the key "on" as true.
    assert "workflow_call" in test[True]
    (job,) = test["jobs"].values()
    assert any(".ci/run" in step.get("run", "") for step in job["steps"])
    granted = jobs["test"]["permissions"]
    assert job["permissions"].items() <= granted.items()


def test_archive_is_attested_before_it_is_published() -> None:
    release = yaml.safe_load((REPOSITORY / ".github/workflows/release.yml").read_text())
    job = release["jobs"]["release"]
    assert job["permissions"] == {
        "contents": "write",
        "id-token": "write",
        "attestations": "write",
    }
    steps = [
        step["uses"].partition("@")[0] if "uses" in step else step["run"]
        for step in job["steps"]
    ]
    made = next(n for n, step in enumerate(steps) if "zip --recurse-paths" in step)
    attested = steps.index("actions/attest-build-provenance")
    published = next(n for n, step in enumerate(steps) if "gh release create" in step)
    assert made < attested < published
    subject = job["steps"][attested]["with"]["subject-path"]
    archive = load(REPOSITORY / "hacs.json")["filename"]
    assert subject == f"${{{{ runner.temp }}}}/{archive}"


def test_one_integration_in_the_repository() -> None:
    manifests = list((REPOSITORY / "custom_components").glob("*/manifest.json"))
    assert manifests == [INTEGRATION / "manifest.json"]


@pytest.mark.parametrize("name", ICONS)
def test_icon(name: str) -> None:
    assert _png_size(INTEGRATION / "brand" / f"{name}.png") == (ICONS[name],) * 2


@pytest.mark.parametrize("name", LOGOS)
def test_logo_is_landscape(name: str) -> None:
    width, height = _png_size(INTEGRATION / "brand" / f"{name}.png")
    assert height == LOGOS[name]
    assert width > height


def test_brand_folder_holds_nothing_else() -> None:
    names = {path.stem for path in (INTEGRATION / "brand").iterdir()}
    assert names == {*ICONS, *LOGOS}


def test_licence() -> None:
    text = (REPOSITORY / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_typed_package() -> None:
    assert (INTEGRATION / "py.typed").exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_gives_no_rights_by_default(path: Path) -> None:
    assert yaml.safe_load(path.read_text())["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_pins_every_action(path: Path) -> None:
    used = re.findall(r"uses: *(\S+)(.*)", path.read_text())
    assert used
    # A workflow of this repository comes from the same commit.
    foreign = [(x, comment) for x, comment in used if not x.startswith("./.github/")]
    assert foreign
    for action, comment in foreign:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # \S+", comment), f"{action}: which version is it?"
