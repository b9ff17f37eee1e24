# SPDX-License-Identifier: GPL-2.0-or-later
"""A headless Chromium that tests drive over a pipe (DevTools protocol), with nothing but the standard library."""

import base64
import collections
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

SWITCHES = ["--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
            "--disable-component-update", "--disable-extensions", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--force-device-scale-factor=1", "--remote-debugging-pipe"]
PATIENCE = 600  # seconds for one answer of the browser


class Trouble(Exception):
    """A test failed, or the browser did; the text says how."""


def find_chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One browser with one page. Use as a context manager. `errors` are what the console complained about, `requests`
    the addresses that were asked for beside the page itself."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="regflow-browser-")
        to_child, self._write = os.pipe()
        self._read, from_child = os.pipe()

        def connect():
            # The protocol wants descriptors 3 (its input) and 4 (its output).
            spare_in, spare_out = os.dup2(to_child, 20), os.dup2(from_child, 21)
            os.dup2(spare_in, 3)
            os.dup2(spare_out, 4)

        argv = [find_chromium(), *SWITCHES, f"--user-data-dir={self._folder.name}"]
        if os.geteuid() == 0:
            argv.append("--no-sandbox")  # its sandbox refuses to work for root
        # A profile of its own: the browser writes where HOME says, too.
        environment = dict(os.environ, HOME=self._folder.name, XDG_CONFIG_HOME=self._folder.name)
        # pylint: disable-next=subprocess-popen-preexec-fn,consider-using-with
        self._process = subprocess.Popen(argv, preexec_fn=connect, close_fds=False, stdin=subprocess.DEVNULL, env=environment,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self._buffer, self._answers, self._number = b"", {}, 0
        self._events = collections.deque()
        self.errors, self.requests, self._session = [], [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Performance"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        try:
            self._session = None
            self.ask("Browser.close")
        except (Trouble, OSError):
            pass
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        for _ in range(50):  # its helpers leave the profile a moment later
            try:
                self._folder.cleanup()
                return
            except OSError:
                time.sleep(0.1)

    # ------------------------------------------------------------------------------------------------- protocol --

    def ask(self, method, **parameters):
        """Sends one command and returns its result."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while number not in self._answers:
            self._receive(deadline - time.monotonic())
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Trouble(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def _receive(self, seconds):
        if seconds <= 0 or not select.select([self._read], [], [], seconds)[0]:
            raise Trouble(f"the browser does not answer within {PATIENCE} s")
        data = os.read(self._read, 1 << 20)
        if not data:
            raise Trouble("the browser has ended")
        *whole, self._buffer = (self._buffer + data).split(b"\0")
        for message in map(json.loads, whole):
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self._note(message["method"], message["params"])

    def _note(self, method, event):
        self._events.append((method, event))
        if method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled":
            self.errors.append(f"console.{event['type']}: {[a.get('value') for a in event['args']]}")
        elif method == "Log.entryAdded":
            self.errors.append(f"{event['entry']['level']}: {event['entry']['text']}")
        elif method == "Network.requestWillBeSent" and event["type"] != "Document":
            self.requests.append(event["request"]["url"])

    def _wait_for(self, method):
        deadline = time.monotonic() + PATIENCE
        while True:
            while self._events:
                if self._events.popleft()[0] == method:
                    return
            self._receive(deadline - time.monotonic())

    # ------------------------------------------------------------------------------------------------------ page --

    def open(self, path, fragment=""):
        """Loads a file, and returns when it is loaded and drawn, with the seconds of processor time that its process took for
        that: a machine that is busy takes longer."""
        self.ask("Page.navigate", url="about:blank")
        self._wait_for("Page.loadEventFired")
        self._events.clear()
        begin = self._processor_time()
        self.ask("Page.navigate", url=f"file://{path}{fragment}")
        self._wait_for("Page.loadEventFired")
        self.settle()
        return self._processor_time() - begin

    def _processor_time(self):
        return next(row["value"] for row in self.ask("Performance.getMetrics")["metrics"] if row["name"] == "ProcessTime")

    def begin_trace(self):
        """Writes down what the page's thread does, until end_trace()."""
        self._ask_browser("Tracing.start", transferMode="ReportEvents",
                          traceConfig={"includedCategories": ["disabled-by-default-devtools.timeline", "__metadata"]})

    def end_trace(self):
        """Each task of it since then: milliseconds that it took, and those in which the processor was its own."""
        self._events.clear()
        self._ask_browser("Tracing.end")
        events, deadline = [], time.monotonic() + PATIENCE
        while not self._events or self._events[-1][0] != "Tracing.tracingComplete":
            self._receive(deadline - time.monotonic())
        for name, event in self._events:
            events += event["value"] if name == "Tracing.dataCollected" else []
        pages = {(e["pid"], e["tid"]): [] for e in events if e["name"] == "thread_name" and e["args"]["name"] == "CrRendererMain"}
        for event in events:
            if event["name"] == "RunTask" and "dur" in event and (event["pid"], event["tid"]) in pages:
                pages[event["pid"], event["tid"]].append((event["dur"] / 1000, event.get("tdur", 0) / 1000))
        return max(pages.values(), key=lambda tasks: sum(own for _, own in tasks))  # the others wait for pages to come

    def _ask_browser(self, method, **parameters):
        session, self._session = self._session, None
        try:
            return self.ask(method, **parameters)
        finally:
            self._session = session

    def js(self, expression):
        """The value of an expression; promises are waited for."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Trouble(f"{expression}: {details.get('exception', {}).get('description') or details['text']}")
        return answer["result"].get("value")

    def settle(self):
        """Until two frames have been drawn: events are handled, layout is done."""
        self.js("new Promise ((done) => requestAnimationFrame (() => requestAnimationFrame (() => done (true))))")

    def click(self, selector):
        """A real click in the middle of the first element that fits."""
        box = self.js(f"(() => {{ const e = document.querySelector ({json.dumps(selector)}); if (!e) return null;"
                      "e.scrollIntoView ({ block: 'center', behavior: 'instant' }); const b = e.getBoundingClientRect ();"
                      "return [b.x + b.width / 2, b.y + b.height / 2] })()")
        if not box:
            raise Trouble(f"there is no {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)
        self.settle()

    def press(self, key):
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text)
        self.settle()

    def type(self, text):
        self.ask("Input.insertText", text=text)
        self.settle()

    def look(self, width=1280, height=900, scheme="light"):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def screenshot(self, path, whole=False):
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def pdf(self, path):
        path.write_bytes(base64.b64decode(self.ask("Page.printToPDF", printBackground=False)["data"]))
