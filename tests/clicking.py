"""A page in headless Chromium: what a script that clicks through it finds, and every error that the page has."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PROGRAM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
needs_browser = pytest.mark.skipif(not PROGRAM, reason="there is no Chromium")

_LISTEN = """<script>window.troubles = [];
addEventListener("error", (event) => troubles.push(String(event.message)));
addEventListener("securitypolicyviolation", (event) => troubles.push(event.violatedDirective));
for (const kind of ["error", "warn"]) console[kind] = (...words) => troubles.push(words.join(" "));</script>"""
_TELL = """<script>(async () => {{ let found;
try {{ found = await (async () => {{ {script} }})(); }} catch (error) {{ troubles.push(String(error)); }}
const made = document.createElement("pre"); made.id = "told-by-the-test";
made.textContent = JSON.stringify({{ found: found ?? null, troubles }}); document.body.append(made); }})();</script>"""


def clicked_through(page: Path, script: str, folder: Path) -> Any:
    """What `script`, the body of an asynchronous function, returns in a copy of the page, which has no trouble."""
    text = page.read_text("utf-8")
    copy = folder / "tried.html"
    copy.write_text(
        text.replace("<head>", f"<head>{_LISTEN}", 1).replace("</body>", f"{_TELL.format(script=script)}</body>")
    )
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom"]
    words = [PROGRAM, *options, f"--user-data-dir={folder}/browser", copy.as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
    told = re.search(r'<pre id="told-by-the-test">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, done.stdout[-2000:]
    answer = json.loads(html.unescape(told[1]))
    assert answer["troubles"] == []
    return answer["found"]
