#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One file of everything: make_page.py PROGRAM.js VERSION >regflow.html. Its skeleton, look and behaviour are those of the ladder
page (registration/report/page/); web/page/ is what it has beside them, and PROGRAM.js with PROGRAM.wasm what reads the captures."""

import base64
import gzip
import hashlib
import html
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SHIPPED = TOP / "registration/report/page"
OWN = TOP / "web/page"


def text(path):
    return path.read_text(encoding="utf-8")


def word(symbol):
    """In English: the page says it in its language as soon as the program runs."""
    found = re.search(rf'X \({symbol},\s*((?:"[^"]*"\s*)+)\)', text(TOP / "registration/terms/report_words.h").replace("\\\n", ""))
    return html.escape("".join(re.findall(r'"([^"]*)"', found.group(1))))


def hashed(source):
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def data(name, content, kind="text/plain"):
    if "</script" in content.lower() or "<!--" in content:
        sys.exit(f"make_page: what belongs to #{name} would end its element")
    return f'<script type="{kind}" id="{name}">{content}</script>\n'


def main():
    glue, version = Path(sys.argv[1]), sys.argv[2]
    program = base64.b64encode(gzip.compress(glue.with_suffix(".wasm").read_bytes(), 9, mtime=0)).decode()
    style = text(SHIPPED / "ladder.css") + text(OWN / "live.css")
    live, ladder = text(OWN / "live.js"), text(SHIPPED / "ladder.js")
    policy = (f"default-src 'none'; style-src {hashed(style)}; script-src {hashed(live)} {hashed(ladder)} 'wasm-unsafe-eval'; "
              "worker-src blob:; base-uri 'none'; form-action 'none'")
    marks = {
        "language": "en", "policy": policy, "generator": f"regflow {version}", "title": word("PAGE_TITLE"), "skip": word("PAGE_SKIP"),
        "no-script": word("PAGE_NO_SCRIPT"), "ladder.css": style, "ladder.js": ladder,
        "data": '<input type="file" id="chooser" multiple hidden>\n' + data("program", program)
                + data("worker", text(glue) + text(OWN / "worker.js")) + f"<script>{live}</script>",
    }
    skeleton = text(SHIPPED / "ladder.html").replace('<main id="main"', '<div id="state"></div>\n<main id="main"')
    sys.stdout.write(re.sub(r"\{\{([a-z.-]+)\}\}", lambda mark: marks[mark.group(1)], skeleton))


if __name__ == "__main__":
    main()
