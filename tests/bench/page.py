#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the page that reads captures answer while it reads, and scroll? In headless Chromium, over a capture of make_captures.py.

  page.py [--frames N]      N: 600000, some 10,000 phones

For reading, for scrolling through the overview, and for showing more of it: the longest task of the page's own thread, in time and
in processor time (a machine that is busy makes every task long), how many tasks took longer than 100 ms and 50 ms, and the longest
gap between two frames. Needs build-web/regflow.html."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests/page"), str(SOURCE / "tests/web")]

import web  # noqa: E402  pylint: disable=wrong-import-position
from browser import Browser  # noqa: E402  pylint: disable=wrong-import-position

PATIENCE = 600  # seconds
SETTLED = 5  # seconds until the browser has done what it does when it begins
GAPS = """(() => { globalThis.gaps = []; let last = 0;
  const frame = (now) => { if (last) gaps.push(now - last); last = now; if (globalThis.gaps) requestAnimationFrame(frame) };
  requestAnimationFrame(frame) })()"""


def until(browser, expression):
    deadline = time.monotonic() + PATIENCE
    while not browser.js(f"!!({expression})"):
        if time.monotonic() > deadline:
            sys.exit(f"page.py: {expression} does not come true")
        time.sleep(0.2)


def measure(browser, what, act):
    browser.begin_trace()
    browser.js(GAPS)
    begun = time.monotonic()
    act()
    took = time.monotonic() - begun
    gaps = sorted(browser.js("(() => { const all = gaps; globalThis.gaps = null; return all })()"))
    tasks = browser.end_trace()
    late = [sum(1 for wall, _ in tasks if wall > limit) for limit in (100, 50)]
    print(f"{what:30} {took:6.1f} s   longest task {max(wall for wall, _ in tasks):6.0f} ms, of processor time "
          f"{max(own for _, own in tasks):5.0f} ms   over 100 ms {late[0]:3}, over 50 ms {late[1]:3}   "
          f"frames: median gap {gaps[len(gaps) // 2]:5.1f} ms, 99 of 100 within {gaps[len(gaps) * 99 // 100]:5.1f} ms, longest {gaps[-1]:5.0f} ms",
          flush=True)


def choose(browser, file):
    root = browser.ask("DOM.getDocument")["root"]["nodeId"]
    chooser = browser.ask("DOM.querySelector", nodeId=root, selector="#chooser")["nodeId"]
    browser.js("document.querySelector('main').replaceChildren()")
    browser.ask("DOM.setFileInputFiles", nodeId=chooser, files=[str(file)])
    until(browser, "document.querySelector('main h1') && !document.querySelector('.reading')")


def scroll(browser):
    browser.js("scrollTo(0, 0)")
    for _ in range(4):
        for distance in (-4000, 4000):
            browser.ask("Input.synthesizeScrollGesture", x=400, y=400, yDistance=distance, speed=3000)


def search(browser):
    browser.js("document.getElementById('find').focus()")
    for letter in "SEP00":
        browser.type(letter)


def more(browser):
    browser.js("(() => { const find = document.getElementById('find'); find.value = ''; find.dispatchEvent(new Event('input')) })()")
    for _ in range(10):
        browser.js("document.querySelector('.more button').click()")
        browser.settle()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=600_000)
    options = parser.parse_args()
    web.need("regflow.html")
    with tempfile.TemporaryDirectory(prefix="regflow-page-") as folder, Browser() as browser:
        subprocess.run([sys.executable, SOURCE / "tests/bench/make_captures.py", "--frames", str(options.frames), folder], check=True,
                       capture_output=True)
        browser.look()
        browser.open(web.WEB / "regflow.html")
        until(browser, "document.querySelector('.welcome')")
        time.sleep(SETTLED)
        measure(browser, f"reading {options.frames} frames", lambda: choose(browser, pathlib.Path(folder) / "registrations.pcap"))
        print(f"    {browser.js('document.querySelector(`.tile dd`).textContent')} phones")
        measure(browser, "scrolling", lambda: scroll(browser))
        measure(browser, "searching", lambda: search(browser))
        measure(browser, "showing 1,000 more", lambda: more(browser))
        measure(browser, "scrolling through them", lambda: scroll(browser))


if __name__ == "__main__":
    main()
