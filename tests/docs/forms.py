#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the project's host reads can be read: issue forms, which ask for an anonymised capture, and workflows, which run ./dev or, where that does not run, a test."""

import pathlib
import sys

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
KINDS = {"markdown", "input", "textarea", "dropdown", "checkboxes"}


def form_faults(form):
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    names = [field["id"] for field in fields]
    asked = [field["attributes"].get("description", "") for field in fields if field["id"] == "capture" and field["type"] == "textarea"]
    if not form.get("name") or not form.get("description"):
        yield "it has no name or no description"
    if {field["type"] for field in form["body"]} - KINDS or len(set(names)) != len(names):
        yield f"kinds or names of fields: {names}"
    if len(asked) != 1 or "regreplay annotate --anonymise" not in asked[0] or "Never attach the original" not in asked[0]:
        yield "it does not ask for an anonymised capture"


def workflow_faults(workflow):
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    if not any("./dev " in step.get("run", "") or "/tests/portable/" in step.get("run", "") for step in steps):
        yield "no step runs ./dev, or a test where that does not run"
    if workflow.get("permissions") != {"contents": "read"}:
        yield "it may do more than read"


def main():
    faults, seen = [], 0
    for folder, check in (("ISSUE_TEMPLATE", form_faults), ("workflows", workflow_faults)):
        for path in sorted((TOP / ".github" / folder).glob("*.yml")):
            if path.name != "config.yml":
                faults += [f"{path.relative_to(TOP)}: {fault}" for fault in check(yaml.safe_load(path.read_text(encoding="utf-8")))]
                seen += 1
    if seen < 3:
        faults.append(f"only {seen} forms and workflows were found")
    print("\n".join(faults) or f"{seen} forms and workflows")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
