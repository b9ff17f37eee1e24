#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One file of everything: make_page.py PROGRAM.js VERSION >regflow.html. Its skeleton, look and behaviour are those of the ladder
page (registration/report/page/); web/page/ is what it has beside them, and PROGRAM.js with PROGRAM.wasm what reads the captures."""

import base64
import gzip
import hashlib
import html
import json
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SHIPPED = TOP / "registration/report/page"
OWN = TOP / "web/page"
# What the page offers to learn with: a capture, the word of its task, and whether its findings are hidden at first.
SAMPLES = (
    ("sccp_phone_register", "live-task-messages", False),
    ("boot_option66_dns", "live-task-boot", False),
    ("problem_dhcp_no_option_150", "live-task-address", True),
    ("problem_tftp_stalled", "live-task-files", True),
    ("problem_port_filtered", "live-task-connect", True),
    ("sccp_reject_loop", "live-task-refused", True),
    ("recorded_sip_wrong_password_pjsip", "live-task-password", True),
    ("problem_keepalive_unanswered", "live-task-heartbeat", True),
)


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


def packed(path):
    return base64.b64encode(gzip.compress(path.read_bytes(), 9, mtime=0)).decode()


def samples():
    return json.dumps([{"name": name, "task": task, "find": find, "octets": packed(TOP / f"captures/{name}.pcapng")}
                       for name, task, find in SAMPLES])


def main():
    glue, version = Path(sys.argv[1]), sys.argv[2]
    program = packed(glue.with_suffix(".wasm"))
    style = text(SHIPPED / "ladder.css") + text(OWN / "live.css")
    live, ladder = text(OWN / "live.js"), text(SHIPPED / "ladder.js")
    policy = (f"default-src 'none'; style-src {hashed(style)}; script-src {hashed(live)} {hashed(ladder)} 'wasm-unsafe-eval'; "
              "worker-src blob:; base-uri 'none'; form-action 'none'")
    marks = {
        "language": "en", "policy": policy, "generator": f"regflow {version}", "title": word("PAGE_TITLE"), "skip": word("PAGE_SKIP"),
        "no-script": word("PAGE_NO_SCRIPT"), "ladder.css": style, "ladder.js": ladder,
        "data": '<input type="file" id="chooser" multiple hidden>\n' + data("program", program)
                + data("samples", samples(), "application/json") + data("worker", text(glue) + text(OWN / "worker.js")) + f"<script>{live}</script>",
    }
    skeleton = text(SHIPPED / "ladder.html").replace('<main id="main"', '<div id="state"></div>\n<main id="main"')
    sys.stdout.write(re.sub(r"\{\{([a-z.-]+)\}\}", lambda mark: marks[mark.group(1)], skeleton))


if __name__ == "__main__":
    main()
