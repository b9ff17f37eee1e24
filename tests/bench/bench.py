#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What does the plugin cost? Compares whole tshark processes over the captures of make_captures.py.

Five variants, run in turn (plain, regflow, lua, mate, transum, plain, regflow, ...) so that a busy moment of the
machine hits all of them:

  plain     --tshark-without, nothing added
  regflow   --tshark-with: the same tshark with the plugin
  lua       plain and rivals/registration.lua, the same job as a Lua post-dissector
  mate      plain and rivals/registration.mate, request and answer pairs without texts
  transum   plain and TRANSUM switched on for port 2000, response times only

Three modes: "summary" (one line per frame, thrown away), "statistics" (-q -z io,stat,0) and, for plain and regflow,
"fields" (-T fields, one field). CPU is user + system time of the process and its children, memory the
largest resident size. Ratios are formed within a round, against the plain run of that round.

A fourth mode, "reading", sets regreplay (its report as text and as NDJSON) and a bare loop over pcap_next_ex beside the plain
tshark of "statistics": how many times faster, in CPU time.

Both commands are argv prefixes in one string, split as a shell would:

  bench.py --tshark-without "tshark" --tshark-with "env HOME=/somewhere tshark"

Wireshark ignores personal plugins when it runs as root: then let the commands switch the user. Captures and
rivals are copied to a folder that everyone can read.
"""

import argparse
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import make_captures

HERE = pathlib.Path(__file__).resolve().parent
ALWAYS = ["-n", "-o", "tcp.reassemble_out_of_order:TRUE"]  # without it, reordered messages are not dissected
VARIANTS = ("plain", "regflow", "lua", "mate", "transum")
MODES = {"summary": [], "statistics": ["-q", "-z", "io,stat,0"], "fields": ["-T", "fields", "-e"], "reading": []}
FIELD_OF_PLAIN = "skinny.messageId"

# What proves that a variant did something: a field that only it fills. TRANSUM writes its results
# only in a second pass, and slowly there; the timed runs have one pass, less than it needs to be of use.
OWN_FIELD = {
    "regflow": ("regflow.tip", []),
    "lua": ("reglua.tip", []),
    "mate": ("mate.registration", []),
    "transum": ("transum.status", ["-2", "-c", "20000"]),
}


class Command:
    """One variant's argv without the capture."""

    def __init__(self, variant, without, with_plugin, rivals):
        extra = {
            "lua": ["-X", f"lua_script:{rivals / 'registration.lua'}"],
            "mate": ["-o", f"mate.config:{rivals / 'registration.mate'}"],
            "transum": ["--enable-protocol", "transum", "-o", "transum.tcp_port_ranges:2000"],
        }
        self.variant = variant
        self.argv = (with_plugin if variant == "regflow" else without) + ALWAYS + extra.get(variant, [])

    def timed(self, capture, mode):
        argv = self.argv + ["-r", str(capture)] + MODES[mode]
        if mode == "fields":
            argv.append(OWN_FIELD["regflow"][0] if self.variant == "regflow" else FIELD_OF_PLAIN)
        return argv


def run(argv, statuses=(0,)):
    """Runs to the end with the output thrown away; returns (CPU seconds, peak KiB)."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in statuses:
            errors.seek(0)
            raise SystemExit(f"exit code {child.returncode}: {shlex.join(argv)}\n{errors.read().decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def frames_with(argv, fields):
    """How many frames have each of the fields; None when this tshark does not know one of them."""
    picks = [word for field in fields for word in ("-e", field)]
    done = subprocess.run(argv + ["-T", "fields", "-E", "separator=/t"] + picks, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    if done.returncode != 0:
        if b"aren't valid" in done.stderr:
            return None
        raise SystemExit(f"exit code {done.returncode}: {shlex.join(argv)}\n{done.stderr.decode(errors='replace')}")
    counts = [0] * len(fields)
    for line in done.stdout.splitlines():
        for column, value in enumerate(line.split(b"\t")[:len(fields)]):
            counts[column] += bool(value)
    return counts


def prove(commands, captures):
    """Prints what each variant dissects in each capture. Returns the variants that add nothing."""
    print("What each run dissects (frames):\n")
    print(f"{'capture':<20} {'variant':<9} {'frames':>8} {'SCCP':>8} {'its own':>9}  field")
    idle = set()
    for capture in captures:
        for command in commands:
            field, more = OWN_FIELD.get(command.variant, ("", []))
            base = command.argv + ["-r", str(capture)] + more
            counts = frames_with(base, ["frame.number", "skinny"] + ([field] if field else []))
            total, sccp, *own = counts or frames_with(base, ["frame.number", "skinny"]) + ["unknown"]
            if field and own[0] in (0, "unknown"):
                idle.add(command.variant)
            note = "  (of the first 20000, with -2: it shows nothing in one pass)" if more else ""
            print(f"{capture.name:<20} {command.variant:<9} {total:>8} {sccp:>8} {own[0] if own else '':>9}  {field or '-'}{note}")
    for variant in sorted(idle):
        print(f"\n{variant} adds nothing to what plain tshark shows: it is not loaded, and its times say nothing.")
    print(flush=True)
    return idle


def measure(commands, capture, mode, rounds):
    """{variant: [(cpu, KiB) per round]}, the variants interleaved."""
    results = {command.variant: [] for command in commands}
    for number in range(rounds):
        for command in commands:
            begun = time.monotonic()
            results[command.variant].append(run(command.timed(capture, mode)))
            print(f"  {capture.name} {mode} round {number + 1}/{rounds} {command.variant}: "
                  f"{time.monotonic() - begun:.1f} s", file=sys.stderr)
    return results


def show(results, capture, mode, frames, idle):
    print(f"{capture.name}, {mode}, {frames} frames")
    print(f"{'variant':<9} {'CPU s':>8} {'x plain':>8} {'min-max':>13} {'peak MB':>8} {'more B/frame':>13}")
    plain = results["plain"]
    for variant, runs in results.items():
        ratios = [cpu / plain_cpu for (cpu, _), (plain_cpu, _) in zip(runs, plain)]
        extra = [(peak - plain_peak) * 1024 / frames for (_, peak), (_, plain_peak) in zip(runs, plain)]
        cpu = statistics.median(cpu for cpu, _ in runs)
        peak = statistics.median(peak for _, peak in runs) / 1024
        spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
        print(f"{variant:<9} {cpu:>8.2f} {statistics.median(ratios):>8.2f} {spread:>13} {peak:>8.0f} "
              f"{statistics.median(extra):>13.0f}{'  not loaded' if variant in idle else ''}")
    print(flush=True)


def show_reading(build, plain, capture, rounds):
    """tshark, regreplay and libpcap alone, interleaved."""
    runs = {
        "tshark -q -z io,stat,0": plain.timed(capture, "statistics"),
        "regreplay inspect": [build / "regreplay", "inspect", capture],
        "  as NDJSON": [build / "regreplay", "inspect", "--format", "ndjson", capture],
        "pcap_next_ex alone": [build / "tests/read_loop", capture],
    }
    results = {name: [] for name in runs}
    for _ in range(rounds):
        for name, argv in runs.items():
            # regreplay's status 1 says that a phone has an error, which some of these have.
            results[name].append(run([str(word) for word in argv], (0, 1) if "inspect" in argv else (0,)))
    print(f"{capture.name}, reading")
    print(f"{'program':<24} {'CPU s':>8} {'faster':>8} {'min-max':>15}")
    tshark = results["tshark -q -z io,stat,0"]
    for name, measured in results.items():
        ratios = [theirs / max(cpu, 0.001) for (cpu, _), (theirs, _) in zip(measured, tshark)]
        spread = f"{min(ratios):.1f}-{max(ratios):.1f}"
        print(f"{name:<24} {statistics.median(cpu for cpu, _ in measured):>8.3f} {statistics.median(ratios):>8.1f} "
              f"{spread:>15}")
    print(flush=True)


def prepare(folder, frames):
    """Captures and rivals where every user can read them; returns {capture path: frames}."""
    counts = make_captures.make(folder, frames)
    shutil.copytree(HERE / "rivals", folder / "rivals", dirs_exist_ok=True)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return {folder / name: count for name, count in counts.items()}


def parse(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    environment = os.environ.get
    parser.add_argument("--tshark-without", metavar="CMD", default=environment("REGFLOW_BENCH_WITHOUT", "tshark"),
                        help="tshark without the plugin (default: $REGFLOW_BENCH_WITHOUT or tshark)")
    parser.add_argument("--tshark-with", metavar="CMD", default=environment("REGFLOW_BENCH_WITH"),
                        help="tshark with the plugin (default: $REGFLOW_BENCH_WITH)")
    parser.add_argument("--build", type=pathlib.Path, help="build folder with regreplay; without it \"reading\" is left out")
    parser.add_argument("--frames", type=int, help="frames in each capture (default 500000)")
    parser.add_argument("--rounds", type=int, help="rounds for each table (default 5)")
    parser.add_argument("--quick", action="store_true", help="20000 frames and 2 rounds unless said otherwise")
    parser.add_argument("--variants", default=",".join(VARIANTS), help=f"some of {','.join(VARIANTS)}; plain is always run")
    parser.add_argument("--modes", default=",".join(MODES), help=f"some of {','.join(MODES)}")
    parser.add_argument("--captures", default="registrations.pcap,mixed.pcap", help="some of registrations.pcap,mixed.pcap")
    parser.add_argument("--dir", type=pathlib.Path, help="keep the captures here (default: a temporary folder)")
    options = parser.parse_args(argv)
    if not options.tshark_with:
        parser.error("--tshark-with is needed")
    options.frames = options.frames or (20_000 if options.quick else 500_000)
    options.rounds = options.rounds or (2 if options.quick else 5)
    for name, known in (("variants", VARIANTS), ("modes", tuple(MODES)), ("captures", ("registrations.pcap", "mixed.pcap"))):
        chosen = getattr(options, name).split(",")
        unknown = [item for item in chosen if item not in known]
        if unknown:
            parser.error(f"--{name}: unknown {', '.join(unknown)}")
        setattr(options, name, [item for item in known if item in chosen or item == "plain"])
    return options


def main(argv=None):
    options = parse(argv)
    with tempfile.TemporaryDirectory(prefix="regflow-bench-") as temporary:
        folder = options.dir or pathlib.Path(temporary)
        counts = {path: count for path, count in prepare(folder, options.frames).items() if path.name in options.captures}
        without, with_plugin = shlex.split(options.tshark_without), shlex.split(options.tshark_with)
        commands = [Command(variant, without, with_plugin, folder / "rivals") for variant in options.variants]
        print(f"without: {shlex.join(without)}\nwith:    {shlex.join(with_plugin)}\n"
              f"{options.frames} frames, {options.rounds} rounds, {os.cpu_count()} processors, "
              f"load {os.getloadavg()[0]:.1f}\n", flush=True)
        idle = prove(commands, counts)
        for capture, frames in counts.items():
            for mode in options.modes:
                if mode == "reading":
                    if options.build:
                        show_reading(options.build, commands[0], capture, options.rounds)
                    continue
                taking_part = [c for c in commands if mode != "fields" or c.variant in ("plain", "regflow")]
                if mode == "fields" and "regflow" in idle:
                    print(f"{capture.name}, fields: left out, because this tshark has no {OWN_FIELD['regflow'][0]}\n")
                    continue
                show(measure(taking_part, capture, mode, options.rounds), capture, mode, frames, idle)
    return 0


if __name__ == "__main__":
    sys.exit(main())
