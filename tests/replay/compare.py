#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""regreplay compare: it finds what a server was told to do otherwise, and nothing else.

  compare.py [NAME…]   the checks with these names
"""

import copy
import json
import re
import shutil
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/support"))

from json_schema import Schema  # noqa: E402  pylint: disable=wrong-import-position
from regreplay import check_each, expect, run, serving  # noqa: E402  pylint: disable=wrong-import-position
from tshark import OWN  # noqa: E402  pylint: disable=wrong-import-position

SCHEMA = Schema(json.loads((TOP / "docs/compare.schema.json").read_text(encoding="utf-8")))
PHONE, REJECTED, SIP = OWN / "sccp_phone_register.pcapng", OWN / "sccp_reject_loop.pcapng", OWN / "sip_third_party_cucm.pcapng"
WHO = ("--as", "SEP00AABBCCDD00", "--no-files", "--speed", "max", "--timeout", "20s")
# A busy machine makes no other server: where times are not looked at.
ANY_TIME = ("--tolerance", "60s")


def played(folder, name, capture, *options, server=(), status=(0, 1)):
    """The file of a run against a stand-in that was told something."""
    path = folder / name
    with serving(capture, "--no-files", *server) as target:
        run(capture, *WHO, "--target", target, *options, "--format", "ndjson", "--brief", "--output", path, status=status)
    return path


def compare(*arguments, status=0):
    done = run(*arguments, command="compare", status=status)
    compare.told = done.stderr.splitlines()
    return done.stdout


def differences(one, other, *options):
    """{(exchange, what): (a, b, noticed)}; the text says as many."""
    status = run(one, other, *options, command="compare", status=(0, 1)).returncode
    document = json.loads(compare(one, other, *options, "--format", "json", status=status))
    faults = SCHEMA.faults(document)
    expect(not faults, f"{faults[:3]}")
    found = {(row["exchange"], row["what"]): (row["a"], row["b"], row["noticed"]) for part in document["recordings"] for row in part["differences"]}
    expect(document["same"] == (status == 0) == (not found) and document["differences"] == sum(len(part["differences"]) for part in document["recordings"]), document)
    text = compare(one, other, *options, status=status)
    expect((f"{document['differences']} difference" if found else "no difference") in text, text)
    for (exchange, what), (a, b, _) in found.items():
        expect(f"    {exchange}, {what}: A {a}; B {b}\n" in text, text)
    return found


def the_same_server_is_the_same(folder):
    one, other = (played(folder, name, PHONE, "--phones", "5") for name in "ab")
    expect(differences(one, other, *ANY_TIME) == {}, differences(one, other, *ANY_TIME))
    one, other = (played(folder, name, SIP, "--user", "1001", "--password-file", password(folder)) for name in "cd")
    expect(differences(one, other, *ANY_TIME) == {}, differences(one, other, *ANY_TIME))


def password(folder):
    path = folder / "password"
    path.write_text("not-a-secret\n", encoding="utf-8")
    return path


def a_timer_is_found_and_nothing_else(folder):
    one, other = played(folder, "a", PHONE, "--phones", "3"), played(folder, "b", PHONE, "--phones", "3", server=("--keepalive", "15"))
    found = differences(one, other, *ANY_TIME)
    expect(found == {("RegisterReq", "keepalive"): ("30", "15", True)}, found)
    expect(differences(other, one, *ANY_TIME) == {("RegisterReq", "keepalive"): ("15", "30", True)}, "the other way round")


def a_challenge_is_found_and_nothing_else(folder):
    login = ("--user", "1001", "--password-file", password(folder))
    one, other = (played(folder, form, SIP, *login, server=("--digest", form)) for form in ("md5", "sha-256"))
    found = differences(one, other, *ANY_TIME)
    expect(found[("REGISTER", "algorithm")] == ("MD5", "SHA-256", True) and {exchange for exchange, _ in found} == {"REGISTER"}, found)
    expect({what for _, what in found} <= {"algorithm", "qop"}, found)


def a_slower_answer_is_found_and_nothing_else(folder):
    one, other = played(folder, "a", PHONE, "--phones", "9"), played(folder, "b", PHONE, "--phones", "9", server=("--delay", "ButtonTemplateRes=2s"))
    found = differences(one, other, "--tolerance", "1s,50%")
    expect(list(found) == [("ButtonTemplateReq", "response time")], found)
    expect(differences(one, other, "--tolerance", "10s") == {}, "within the tolerance")


def who_is_refused_is_found(folder):
    """The recording of a refusal, against a server that lets everybody in, and one that does not."""
    def at(server, name):
        path = folder / name
        with serving(server, "--no-files") as target:
            run(REJECTED, *WHO, "--target", target, "--format", "ndjson", "--brief", "--output", path, status=(0, 1))
        return path

    found = differences(at(REJECTED, "a"), at(PHONE, "b"), *ANY_TIME)
    expect(found[("registration", "end")][:2] != ("complete", "complete") and found[("RegisterReq", "answer")] == ("RegisterReject", "RegisterAck", True), found)
    expect(set(found) == {("registration", "end"), ("RegisterReq", "answer")}, found)


def generated(folder, name, change=None, number=400):
    """A run of so many phones, made from one that was played; change(phones, exchanges, end)."""
    if not hasattr(generated, "lines"):
        generated.lines = [json.loads(line) for line in played(folder, "one", PHONE, *ANY_TIME).read_text(encoding="utf-8").splitlines()]
    begin, phone, *exchanges, end = copy.deepcopy(generated.lines)
    phones = [dict(copy.deepcopy(phone), phone=f"SEP{index:012X}", own={}) for index in range(number)]
    for index, row in enumerate(phones):
        row["times"] = {name: [10_000 + 100 * (index * 7 % 31)] for name in row["times"]}
    end.update(phones=number, all_phones=number, registrations=number, registered=number, n_samples=number, generator_saturated=False, ends=dict(end["ends"], complete=number))
    for row in exchanges:
        row["said"] = [dict(value, times=number) for value in row["said"]]
    if change:
        change(phones, {row["exchange"]: row for row in exchanges}, end)
    for row in exchanges:
        row["samples"] = sum(len(one["times"].get(row["exchange"], [])) for one in phones)
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in (begin, *phones, *exchanges, end)), encoding="utf-8")
    return path


def chance_is_no_difference(folder):
    def noisy(phones, _exchanges, _end):
        """Every second phone waits long: which time is the median is chance."""
        for index, phone in enumerate(phones):
            phone["times"]["RegisterReq"] = [10_000 if index % 2 else 200_000]

    def noisier(phones, _exchanges, _end):
        for index, phone in enumerate(phones):
            phone["times"]["RegisterReq"] = [10_000 if index % 40 in range(0, 38, 2) else 200_000]

    def few(phones, exchanges, _end, lost=3):
        exchanges["RegisterReq"]["content"] = "missing"
        exchanges["RegisterReq"]["said"][0]["times"] -= lost
        exchanges["RegisterReq"]["said"].insert(1, {"what": "answer", "value": "none", "times": lost})
        for phone in phones[:lost]:
            phone["times"]["RegisterReq"] = []

    plain = generated(folder, "plain")
    expect(differences(plain, plain) == {} and differences(generated(folder, "noisy", noisy), generated(folder, "noisy2", noisy)) == {}, "the same")
    # The medians are far apart, for two phones of forty.
    found = differences(generated(folder, "noisy", noisy), generated(folder, "noisier", noisier))
    expect(found == {}, found)
    found = differences(generated(folder, "few", few), generated(folder, "more", lambda *all_of_it: few(*all_of_it, lost=6)))
    expect(found == {}, found)
    found = differences(generated(folder, "few", few), generated(folder, "many", lambda *all_of_it: few(*all_of_it, lost=60)))
    expect(found == {("RegisterReq", "answer"): ("RegisterAck (397 of 400), none (3 of 400)", "RegisterAck (340 of 400), none (60 of 400)", True)}, found)
    # Never is no chance.
    found = differences(plain, generated(folder, "few", few))
    expect(found == {("RegisterReq", "answer"): ("RegisterAck", "RegisterAck (397 of 400), none (3 of 400)", True)}, found)

    def late(phones, _exchanges, end, saturated=False):
        end["generator_saturated"] = saturated
        for phone in phones:
            phone["times"]["RegisterReq"] = [phone["times"]["RegisterReq"][0] + 50_000]

    found = differences(plain, generated(folder, "late", late))
    expect(list(found) == [("RegisterReq", "response time")], found)
    busy = generated(folder, "busy", lambda *all_of_it: late(*all_of_it, saturated=True))
    expect(differences(plain, busy) == {}, "own lateness")
    expect("the machine that played B was too busy" in compare(plain, busy), "it says why")


def what_phones_do_not_notice_is_told_apart(folder):
    def phrase(_phones, exchanges, _end):
        exchanges["RegisterReq"]["said"].append({"what": "phrase", "value": "Fine", "times": 400})

    def expires(seconds):
        return lambda _phones, exchanges, _end: exchanges["RegisterReq"]["said"].append({"what": "expires", "value": str(seconds), "times": 400})

    def numbers(first):
        return lambda _phones, exchanges, _end: exchanges["RegisterReq"]["said"].extend(
            [{"what": "number", "value": str(first + index), "times": 1} for index in range(16)] + [{"what": "number", "value": None, "times": 384}])

    plain, other = generated(folder, "plain"), generated(folder, "phrase", phrase)
    expect(differences(plain, other) == {("RegisterReq", "phrase"): ("none", "Fine", False)}, differences(plain, other))
    expect("phones will notice 0" in compare(plain, other, status=1) and "phones will not notice:" in compare(plain, other, status=1), "the text")
    one, more, less = (generated(folder, f"e{seconds}", expires(seconds)) for seconds in (3600, 3599, 300))
    expect(differences(one, more) == {} and differences(one, less) == {("RegisterReq", "expires"): ("3600", "300", True)}, differences(one, less))
    one, other = generated(folder, "n1", numbers(1000)), generated(folder, "n2", numbers(2000))
    expect(differences(one, other) == {} and "number has more than 16 values, and is not compared" in compare(one, other), compare(one, other))


def suites_are_compared_by_capture(folder):
    suite = folder / "suite"
    (suite / "site").mkdir(parents=True)
    for capture, place in ((PHONE, suite), (PHONE, suite / "site"), (REJECTED, suite)):
        shutil.copy(capture, place)
    (suite / "bad.pcap").write_bytes(b"\xd4\xc3\xb2\xa1 no more")

    def tested(name, *server):
        with serving(PHONE, "--no-files", *server) as target:
            run(suite, *WHO, "--target", target, "--format", "ndjson", "--output", folder / name, command="test", status=(1, 3))
        return folder / name

    one, other = tested("a"), tested("b", "--keepalive", "15")
    document = json.loads(compare(one, other, *ANY_TIME, "--format", "json", status=1))
    names = [part["capture"] for part in document["recordings"]]
    expect(sorted(names) == sorted(["bad.pcap", PHONE.name, REJECTED.name, f"site/{PHONE.name}"]), names)
    for part in document["recordings"]:
        found = [(row["exchange"], row["what"]) for row in part["differences"]]
        expect(found == ([] if part["capture"] == "bad.pcap" else [("RegisterReq", "keepalive")]), f"{part}")
    expect("tested on neither side" in document["recordings"][0]["notes"][0], document["recordings"][0])
    # One of both lacks a capture.
    (suite / "site" / PHONE.name).unlink()
    document = json.loads(compare(one, tested("c"), *ANY_TIME, "--format", "json", status=1))
    expect(document["differences"] == 1 and [part["capture"] for part in document["recordings"] if not part["same"]] == [f"site/{PHONE.name}"], document)


def what_is_not_whole_is_not_compared(folder):
    good = generated(folder, "good", number=4)
    text = good.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    bad = folder / "bad"
    for words, content, line in (("has no end: it is cut off", "".join(lines[:-1]), len(lines) - 1), ("it is cut off", text[:-30], len(lines)),
                                 ("lines are missing", "".join([lines[0], *lines[2:]]), None), ("it is not a JSON object", "x\n", 1),
                                 ("is none that begins a result of regreplay run", '{"type":"phone"}\n', 1), ("it is of schema 7", text.replace('"schema": 1', '"schema": 7'), 1),
                                 ("the suite has no end", '{"type":"suite","schema":1}\n', 1), ("a case without the suite", '{"type":"case"}\n', 1), ("is empty", "", None),
                                 ("parts are not there: 2", text.replace('"parts": 1', '"parts": 2'), None)):
        bad.write_text(content, encoding="utf-8")
        for pair in ((good, bad), (bad, good)):
            out = compare(*pair, status=3)
            place = f"{bad}, line {line}: " if line else str(bad)
            expect(len(compare.told) == 1 and not out and re.match(f"regreplay compare: {re.escape(place)}", compare.told[0]) and words in compare.told[0],
                   f"{words}: {compare.told} {out}")
    inspected = folder / "inspected"
    run(PHONE, "--format", "ndjson", "--brief", "--output", inspected, command="inspect")
    compare(good, inspected, status=3)
    expect(f"{inspected}, line 1: a line of type \"inspect\" is none that begins a result" in compare.told[0], compare.told)
    for arguments, words in (((good,), "exactly two"), ((good, good, good), "exactly two"), ((good, good, "--format", "svg"), "no format"),
                             ((good, good, "--tolerance", "x"), "--tolerance")):
        compare(*arguments, status=2)
        expect(len(compare.told) == 1 and words in compare.told[0], compare.told)
    compare(good, folder / "none", status=3)
    expect("cannot be opened" in compare.told[0], compare.told)


CHECKS = [the_same_server_is_the_same, a_timer_is_found_and_nothing_else, a_challenge_is_found_and_nothing_else, a_slower_answer_is_found_and_nothing_else,
          who_is_refused_is_found, chance_is_no_difference, what_phones_do_not_notice_is_told_apart, suites_are_compared_by_capture, what_is_not_whole_is_not_compared]

if __name__ == "__main__":
    sys.exit(check_each([check for check in CHECKS if not sys.argv[1:] or check.__name__ in sys.argv[1:]]))
