#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every relative link of our documents leads somewhere: to a file of the project, and to a heading when it names one."""

import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def documents():
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"], cwd=TOP, capture_output=True,
                            text=True, check=False)
    found = [TOP / name for name in listed.stdout.split("\0") if name]
    # Outside git, as in an archive of the sources.
    return found or [path for path in TOP.rglob("*.md") if not path.relative_to(TOP).parts[0].startswith(("build", "."))]


def prose(path):
    """The document without its code."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", lambda match: match[0] if "](" not in match[0] else "", text)


def anchors(path):
    """As GitHub and GitLab make them of headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)}


def fault(document, link):
    if re.match(r"[a-z]+:", link):
        return None
    name, _, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    if not target.is_relative_to(TOP) or not target.exists():
        return "there is no such file"
    if anchor and anchor not in anchors(target):
        return f"{target.name} has no such heading"
    return None


def main():
    links = [(document, link) for document in documents() for link in LINK.findall(prose(document))]
    faults = [f"{document.relative_to(TOP)}: ({link}): {said}" for document, link in links if (said := fault(document, link))]
    if not links:
        faults.append("no link was found in any document")
    print("\n".join(faults) or f"{len(links)} links")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
