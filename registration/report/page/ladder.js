// SPDX-License-Identifier: GPL-2.0-or-later
// What the ladder page does. The data comes from a source, that of each phone when it is looked at: the page itself, which has
// it as JSON (#capture for the overview, #pN-data for each phone), or who reads captures while the page is open and has put
// itself there as regflowSource before (web/page/live.js). Whatever comes from it goes into the page as text, never as markup.
//
// A source: start (page) gives page.show() the overview, again whenever there is another one; phone (index, done) gives done()
// the data of a phone; tools () what else stands at the top; welcome () what stands on the page while no capture is open.
//
// Keys of the data. Times are nanoseconds; those of phones count from the phone's first frame.
//   capture: n name, x why it could not be read (to its end)
//   words: what the page says, in its language, with places for {values}; phases, severities and certainties by their numbers
//   phone of the overview: c capture, n name, m model, ld load, a address, t first frame (µs since 1970), at attempts, o outcome,
//     os the outcome in words, k the cause, ac accepted after, re ready after, e w i errors, warnings, notes
//   lane: h what it is, a address
//   attempt (a registration): n number, none when it began before the capture, h what it was, p [phase, from, took, messages]
//   finding: id name, s severity, c certainty, f frame, e frames that prove it, o the words for them when not "proof", h title, x text, fix
//   step: p phase, and either gap (nanoseconds) or fold (how many, 0 unknown), f to frames, or a message:
//     f frame, t time, l lane of the other end, s 1 from the server, v level, a attempt, q 1 nothing is said, m label,
//     h title, x tip, n what comes next, r frame of the request, w frame of the answer, d response time
"use strict";

(() => {
  const ROWS = 100; // of the overview at once
  const SLICE = 25; // of these made in one go: laid out at once, more would keep the page from answering …
  const PAUSE = 20; // … milliseconds until it goes on: what was made is drawn before
  const SEVERITIES = ["note", "warning", "error"];
  // Good: as the phone wants it. Fair: not known, not decided, or not for long. Bad: not as the phone wants it.
  const OUTCOME_LOOKS = {
    ready: "good", registered: "good", "auto-registered": "good", backup: "good",
    trying: "fair", none: "fair", accepted: "fair", redirected: "fair", encrypted: "fair", "one-sided": "fair", leaving: "fair", unregistered: "fair",
    "sign-off-refused": "fair",
    stuck: "bad", unanswered: "bad", rejected: "bad", unlisted: "bad", partial: "bad", expired: "bad", replaced: "bad", lost: "bad",
  };
  const READY_OUTCOMES = ["ready", "backup", "auto-registered"];

  const source = globalThis.regflowSource || {
    start: (page) => page.show(read("capture")),
    phone: (index, done) => done(read(`p${index}-data`)),
    tools: () => [],
    welcome: () => [],
  };
  const main = document.getElementById("main");
  const overview = { search: "", outcome: "", sort: "frame", rows: ROWS };
  let hidesFindings = false; // what was found and how it ended, for whoever looks for the fault himself
  let capture, words, language, plurals;
  let shown = null; // the phone that is on the page
  let wanted = null; // the phone whose data was asked for last

  // ------------------------------------------------------------------------------------------------------ helpers --

  function read(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  // An element. Attributes that are functions listen, "class" and "aria-…" are attributes; children may be text.
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") element.addEventListener(key, value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== undefined && value !== null && value !== false) element.setAttribute(key, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== ""));
    return element;
  }

  function variables(element, values) {
    for (const [name, value] of Object.entries(values)) element.style.setProperty(`--${name}`, value);
    return element;
  }

  function said(what, name = "bdi") {
    return make(name, { class: "said" }, what);
  }

  function duration(nanoseconds) {
    const size = Math.abs(nanoseconds), sign = nanoseconds < 0 ? "−" : "";
    const three = (number) => String(Number(number.toPrecision(3)));
    if (size < 1e6) return `${sign}${Math.round(size / 1e3)} µs`;
    if (size < 1e9) return `${sign}${three(size / 1e6)} ms`;
    if (size < 60e9) return `${sign}${three(size / 1e9)} s`;
    return `${sign}${Math.floor(size / 60e9)} min ${Math.floor(size / 1e9) % 60} s`;
  }

  function elapsed(nanoseconds) {
    return `${(nanoseconds / 1e9).toFixed(6)} s`;
  }

  function moment(microseconds) {
    const fraction = String(((microseconds % 1e6) + 1e6) % 1e6).padStart(6, "0");
    const date = new Date(Math.floor(microseconds / 1e6) * 1000);
    return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19).replace("T", " ")}.${fraction} UTC`;
  }

  function pageLanguage() {
    try {
      return Intl.getCanonicalLocales(document.documentElement.lang)[0] || "en";
    } catch {
      return "en"; // somebody's own tips name a language that is none
    }
  }

  // Points are decimal in every language, so thousands are parted by spaces where English has commas.
  function amount(number) {
    const text = number.toLocaleString("en");
    return language.startsWith("en") ? text : text.replaceAll(",", "\u202F");
  }

  // A word of the page's language with its {values} and {values:one|many}; they may be elements. A list for make().
  function parts(key, values = {}) {
    const fill = (place) => {
      const [name, one, many] = place.split(/[:|]/), value = values[name] ?? "?";
      if (many !== undefined) return `${amount(value)} ${plurals.select(value) === "one" ? one : many}`;
      return typeof value === "number" ? amount(value) : value;
    };
    return words[key].split(/\{([^{}]*)\}/).map((piece, at) => (at % 2 ? fill(piece) : piece));
  }

  function text(key, values) {
    return parts(key, values).join("");
  }

  function labelled(label, value) {
    return parts("report-labelled", { label, text: value });
  }

  function capital(word) {
    return word.charAt(0).toUpperCase() + word.slice(1);
  }

  function badge(phone) {
    return make("span", { class: `verdict badge ${OUTCOME_LOOKS[phone.o] || "fair"}` },
      phone.o === "backup" ? "⚠ " : "", capital(phone.os));
  }

  // What phones with the same outcome say alike, with "…" for the phase, the server or the lines in which they differ.
  function alike(sentences) {
    const [first, ...others] = [...new Set(sentences)].map((sentence) => sentence.split(" "));
    const least = others.reduce((shortest, other) => Math.min(shortest, other.length), first.length);
    const count = (same, most) => {
      let n = 0;
      while (n < most && others.every((other) => same(first, other, n))) n += 1;
      return n;
    };
    const from = count((a, b, n) => a[n] === b[n], least), to = count((a, b, n) => a.at(-1 - n) === b.at(-1 - n), least - from);
    const same = others.length ? [...first.slice(0, from), "…", ...first.slice(first.length - to)] : first;
    return same.join(" ").replace(/ \([^()]*….*$/, " …"); // what stands in brackets is the lines
  }

  function say(sentence) {
    document.getElementById("live").textContent = sentence;
  }

  // ---------------------------------------------------------------------------------------------------------- top --

  // Of the phone that is shown; for all of them when there is one capture.
  function captureName(index) {
    if (!capture.captures.length) return "";
    const several = capture.captures.length !== 1;
    if (several && index === null) return text("captures", { count: capture.captures.length });
    return capture.captures[several ? capture.phones[index].c || 0 : 0].n || "";
  }

  // What could not be read, or not to its end: nobody may take half a capture for a whole one.
  function drawTroubles() {
    return capture.captures.filter((one) => one.x)
      .map((one) => make("p", { class: "finding is-warning" }, said(`${one.x.includes(one.n || "") ? "" : `${one.n}: `}${one.x}.`, "span")));
  }

  function drawTop(index) {
    const nav = make("nav", { "aria-label": text("phones") });
    if (capture.phones.length > 1 && index !== null) {
      nav.append(make("a", { href: "#all" }, text("all-phones", { count: capture.phones.length })));
      if (index > 0) nav.append(make("a", { href: `#p${index - 1}`, rel: "prev" }, `← ${text("previous")}`));
      if (index + 1 < capture.phones.length) nav.append(make("a", { href: `#p${index + 1}`, rel: "next" }, `${text("next")} →`));
    }
    const theme = make("select", { id: "theme", change: (event) => {
      document.documentElement.dataset.theme = event.target.value;
    } }, ["auto", "light", "dark"].map((name) => make("option", { value: name }, text(name))));
    theme.value = document.documentElement.dataset.theme || "auto";
    document.getElementById("top").replaceChildren(said(captureName(index), "span"), nav, ...source.tools(),
      make("div", { class: "theme" }, make("label", { for: "theme" }, text("colours")), theme));
    document.getElementById("top").firstChild.classList.add("file");
  }

  // ----------------------------------------------------------------------------------------------------- overview --

  function tile(name, value, look, kind = "") {
    return make("div", { class: `tile card ${kind}` }, make("dt", {}, name), make("dd", { class: look }, value));
  }

  function chosenPhones() {
    const wanted = overview.search.trim().toLowerCase();
    const orders = {
      frame: () => 0,
      findings: (a, b) => (b.e || 0) - (a.e || 0) || (b.w || 0) - (a.w || 0) || (b.i || 0) - (a.i || 0),
      name: (a, b) => (a.n < b.n ? -1 : a.n > b.n ? 1 : 0),
      slow: (a, b) => (b.re ?? b.ac ?? -1) - (a.re ?? a.ac ?? -1),
    };
    return capture.phones
      .map((phone, index) => ({ ...phone, index }))
      .filter((phone) => (!overview.outcome || phone.o === overview.outcome) &&
        (!wanted || [phone.n, phone.m, phone.a, phone.ld, phone.k, capture.captures[phone.c || 0].n].some((value) => value && value.toLowerCase().includes(wanted))))
      .sort(orders[overview.sort]);
  }

  function found(phone) {
    return list([["e", "error"], ["w", "warning"], ["i", "note"]]
      .filter(([key]) => phone[key])
      .map(([key, severity]) => make("span", { class: `is-${severity}` }, text(`${severity}s`, { count: phone[key] }))));
  }

  function phoneRow(phone) {
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: `#p${phone.index}` }, said(phone.n))),
      make("td", {}, said([phone.m, phone.ld].filter(Boolean).join(", "))),
      make("td", {}, said(phone.a || "")),
      capture.captures.length > 1 ? make("td", {}, said(capture.captures[phone.c || 0].n || "")) : "",
      make("td", {}, badge(phone), phone.k ? make("div", { class: "verdict is-error" }, said(phone.k)) : ""),
      make("td", { class: "number", "data-name": text("accepted") }, phone.ac === undefined ? "" : duration(phone.ac)),
      make("td", { class: "number", "data-name": text("ready") }, phone.re === undefined ? "" : duration(phone.re)),
      make("td", { class: "number", "data-name": text("attempts") }, String(phone.at)),
      make("td", {}, make("span", { class: "verdict" }, found(phone))));
  }

  function phoneTable() {
    const heads = ["phone", "model", "address", capture.captures.length > 1 ? "capture" : "", "outcome", "accepted", "ready", "attempts",
      "found"].filter(Boolean);
    return make("table", { class: "phones" },
      make("caption", { class: "unseen" }, text("table")),
      make("thead", {}, make("tr", {}, heads.map((head) =>
        make("th", { scope: "col", class: /accepted|ready|attempts/.test(head) ? "number" : null }, text(head))))),
      make("tbody", {}));
  }

  // Only rows that say something else than before are made: what somebody reads stays there while more is read.
  function fillRows(body, phones) {
    const told = phones.map((phone) => JSON.stringify([phone, capture.captures[phone.c || 0].n])), filling = body.filling = {};
    const go = (from) => {
      const there = [...body.rows];
      let made = 0, at = from;
      if (body.filling !== filling) return; // there is something newer
      for (; at < phones.length && made < SLICE; at++) {
        const row = there[at];
        if (row && row.told === told[at]) continue;
        const fresh = phoneRow(phones[at]);
        fresh.told = told[at];
        if (row) row.replaceWith(fresh);
        else body.append(fresh);
        made += 1;
      }
      if (at < phones.length) setTimeout(go, PAUSE, at);
    };
    while (body.rows.length > phones.length) body.lastChild.remove();
    go(0);
  }

  function drawRows(place) {
    const phones = chosenPhones(), rows = phones.slice(0, overview.rows), look = `${language} ${capture.captures.length > 1}`;
    const all = { count: phones.length, number: rows.length };
    const more = make("p", { class: "more" }, rows.length < phones.length ? `${text("count-shown", all)} ` : text("count", all));
    if (rows.length < phones.length)
      more.append(make("button", { type: "button", click: () => {
        overview.rows += ROWS;
        drawRows(place);
        place.querySelectorAll("tbody a")[rows.length].focus();
      } }, text("more", { count: Math.min(ROWS, phones.length - rows.length) })));
    if (place.look !== look) place.replaceChildren(make("div", { class: "table card" }, phoneTable(), more));
    else place.querySelector(".more").replaceWith(more);
    place.look = look;
    fillRows(place.querySelector("tbody"), rows);
  }

  function only(name, shows, change) {
    return make("label", {}, make("input", { type: "checkbox", checked: shows, change: (event) => change(event.target.checked) }), name);
  }

  function showFindings(shows) {
    hidesFindings = !shows;
    document.documentElement.classList.toggle("no-findings", hidesFindings);
  }

  function findingsSwitch() {
    return only(text("findings"), !hidesFindings, showFindings);
  }

  function choice(label, options, value, change, look) {
    const select = make("select", { change: (event) => change(event.target.value) },
      options.map(([key, name]) => make("option", { value: key }, name)));
    select.value = value;
    return make("label", { class: look }, label, select);
  }

  function drawOverview() {
    const phones = capture.phones, ready = phones.filter((phone) => READY_OUTCOMES.includes(phone.o)).length;
    const failing = phones.filter((phone) => phone.e).length;
    const stays = document.getElementById("phones"), place = stays || make("div", { id: "phones" });
    const redraw = (change) => {
      Object.assign(overview, change, { rows: ROWS });
      drawRows(place);
      say(text("count", { count: chosenPhones().length }));
    };
    const names = [...new Set(phones.map((phone) => phone.o))]
      .map((outcome) => [outcome, alike(phones.filter((phone) => phone.o === outcome).map((phone) => phone.os))]);
    shown = wanted = null;
    drawTop(null);
    const head = [make("h1", {}, text("title")), ...drawTroubles(),
      make("dl", { class: "tiles" },
        tile(text("phones"), amount(phones.length)),
        tile(text("all-ready"), amount(ready), ready ? "is-good" : null, "verdict"),
        tile(text("with-errors"), amount(failing), failing ? "is-error" : null, "verdict"),
        tile(text("first-frame"), phones.length ? moment(phones.reduce((first, phone) => Math.min(first, phone.t), Infinity)) : "", "small")),
      make("div", { class: "tools", role: "search" },
        make("label", { class: "grow" }, text("find"), make("input", { type: "search", id: "find",
          placeholder: text("find-what"), value: overview.search,
          input: (event) => redraw({ search: event.target.value }) })),
        choice(text("outcome"), [["", text("all")], ...names], overview.outcome, (value) => redraw({ outcome: value }), "verdict"),
        choice(text("order"), [["frame", text("as-captured")], ["findings", text("by-errors")], ["name", text("by-name")],
          ["slow", text("by-time")]], overview.sort, (value) => redraw({ sort: value })),
        findingsSwitch())];
    if (stays) {
      while (main.firstChild !== stays) main.firstChild.remove();
      stays.before(...head);
    } else {
      main.replaceChildren(...head, place);
    }
    drawRows(place);
  }

  function drawNothing() {
    shown = null;
    drawTop(null);
    if (!capture.captures.length) {
      main.replaceChildren(make("h1", {}, text("title")), ...source.welcome());
      return;
    }
    main.replaceChildren(make("h1", {}, text("report-no-phones").replace(/\.$/, "")), ...drawTroubles(), make("p", {}, text("nobody")));
  }

  // -------------------------------------------------------------------------------------------------------- phone --

  function drawTiles(phone, data) {
    return make("dl", { class: "tiles" },
      tile(text("accepted"), phone.ac === undefined ? "–" : duration(phone.ac)),
      tile(text("ready"), phone.re === undefined ? "–" : duration(phone.re)),
      tile(text("attempts"), amount(phone.at)),
      tile(text("messages"), amount(data.messages)),
      tile(text("found"), data.groups.length ? make("span", {}, found(countGroups(data.groups))) : text("nothing-wrong"), null, "verdict"));
  }

  function frameText(frame) {
    return text("frame", { frame: String(frame) });
  }

  function framesText(from, to) {
    return from === to ? frameText(from) : text("frames", { from: String(from), to: String(to) });
  }

  function frameLink(index, data, frame) {
    return data.frames.has(frame) ? make("a", { href: `#p${index}-f${frame}` }, frameText(frame)) : frameText(frame);
  }

  function list(items) {
    return items.flatMap((item, at) => (at ? [", ", item] : [item]));
  }

  // What stands in the box before, word by word, is not said again: another finding of the same fault.
  function drawFinding(index, data, finding, heading, before = {}) {
    const severity = SEVERITIES[finding.s];
    const title = labelled(capital(words.severities[finding.s]), said(finding.h));
    const rest = [
      said(finding.x, "p"),
      finding.fix && finding.fix !== before.fix ? make("p", { class: "fix" }, labelled(make("b", {}, text("to-do")), said(finding.fix))) : "",
      make("p", { class: "proof soft" }, parts(finding.o || "proof", { problem: finding.id, certainty: words.certainties[finding.c],
        frames: list(finding.e.map((frame) => frameLink(index, data, frame))) }))];
    const look = { class: `verdict finding is-${severity}` };
    // Notes are for whoever asks for them.
    return severity === "note" ? make("details", look, make("summary", {}, make(heading, {}, title)), rest)
      : make("div", look, make(heading, {}, title), rest);
  }

  function drawFindings(index, data, findings, heading) {
    return findings.map((finding, at) => drawFinding(index, data, finding, heading, findings[at - 1]));
  }

  // The worst first; what is said in the same words several times is said once, with the frames of all of them.
  function groupFindings(findings) {
    const groups = new Map();
    for (const finding of findings) {
      const key = JSON.stringify([finding.id, finding.h, finding.x, finding.fix, finding.c, finding.o]);
      const group = groups.get(key);
      if (group) group.e = [...new Set([...group.e, ...finding.e])];
      else groups.set(key, { ...finding });
    }
    return [...groups.values()].sort((a, b) => b.s - a.s);
  }

  // As the overview counts, but boxes: what is said once counts once.
  function countGroups(groups) {
    const of = (severity) => groups.filter((group) => group.s === severity).length;
    return { e: of(2), w: of(1), i: of(0) };
  }

  function drawTimes(data) {
    const details = make("details", { class: "card", open: data.attempts.length < 3 }, make("summary", {}, text("times")));
    // Days of keepalives would squeeze the rest: they have no bars, and these end where the last other phase does.
    const hasBar = (phase) => capture.phases[phase] !== "keepalive";
    const rows = data.attempts.flatMap((attempt) => attempt.p);
    const until = Math.max(1, ...rows.filter(([phase]) => hasBar(phase)).map(([, from, took]) => from + took));
    for (const attempt of data.attempts) {
      details.append(make("table", { class: "times" }, make("caption", { class: "verdict" }, said(capital(attempt.h))),
        make("thead", { class: "unseen" }, make("tr", {}, ["phase", "from", "took", "steps", "bar"].map((head) => make("th", { scope: "col" }, text(head))))),
        make("tbody", {}, attempt.p.map(([phase, from, took, steps]) => {
          const bar = variables(make("span", { "data-phase": capture.phases[phase] }), {});
          bar.style.left = `${Math.min(99, (from / until) * 100)}%`;
          bar.style.width = `${Math.max(0, Math.min(100 - (from / until) * 100, (took / until) * 100))}%`;
          return make("tr", {}, make("th", { scope: "row" }, words.phases[phase]),
            make("td", {}, elapsed(from)), make("td", {}, duration(took)), make("td", {}, text("step-count", { count: steps })),
            make("td", { class: "bar" }, hasBar(phase) ? make("div", { class: "track" }, bar) : ""));
        }))));
    }
    return details;
  }

  // ------------------------------------------------------------------------------------------------------- ladder --

  function ends(data, step) {
    const other = data.lanes[step.l], name = (lane) => lane.h + (lane.a ? ` ${lane.a}` : "");
    return step.s ? [name(other), name(data.lanes[0])] : [name(data.lanes[0]), name(other)];
  }

  function drawArrow(data, step) {
    const rail = make("div", { class: "rail" },
      make("span", { class: "unseen" }, `${text("ends", { from: ends(data, step)[0], to: ends(data, step)[1] })} `),
      make("span", { class: "label said" }, step.m),
      make("div", { class: step.s ? "arrow back" : "arrow", "aria-hidden": "true" }));
    return variables(rail, { from: 0, span: step.l });
  }

  function pairText(index, data, step) {
    const frame = frameLink(index, data, step.r || step.w);
    if (step.r && step.d === undefined) return make("p", { class: "pair" }, parts("answers", { frame }));
    if (step.r) return make("p", { class: "pair" }, parts("answers-after", { frame, took: duration(step.d) }));
    return step.w ? make("p", { class: "pair" }, parts("answered", { frame })) : "";
  }

  function drawMessage(index, data, step) {
    const findings = data.byFrame.get(step.f) || [];
    const bad = findings.some((finding) => finding.s === 2);
    const verdict = findings.some((finding) => finding.s > 0) ? "verdict" : null; // the tip of such a message tells the cause, too
    const first = data.frames.get(step.f) === step;
    const item = make("li", { class: `step${step.q ? " quiet" : ""}${bad && !step.q ? " bad" : ""}`, tabindex: "-1",
      id: first ? `p${index}-f${step.f}` : null });
    item.append(
      make("div", { class: "when" },
        make("a", { class: "frame", href: `#p${index}-f${step.f}` }, capital(frameText(step.f))),
        make("time", {}, elapsed(step.t)),
        step.d === undefined ? "" : make("span", { class: "took" }, text("response", { took: duration(step.d) }))),
      drawArrow(data, step),
      make("div", { class: "tip" }, said(step.h, "h4"), make("p", { class: verdict }, said(step.x, "span")),
        step.n ? make("p", { class: `next ${verdict || ""}` }, labelled(text("then"), said(step.n))) : "",
        pairText(index, data, step),
        first ? drawFindings(index, data, findings, "h5") : ""));
    step.item = item;
    return item;
  }

  function drawPause(step) {
    const frames = framesText(step.f, step.to);
    const what = step.gap !== undefined ? text("ladder-gap", { took: duration(step.gap) })
      : step.fold ? text("fold", { count: step.fold, frames }) : text("fold-of", { frames });
    step.item = make("li", { class: "pause" }, make("div", { class: "when" }),
      make("div", { class: "rail" }, make("span", {}, what)), make("div", { class: "tip" }));
    return step.item;
  }

  function phaseName(step) {
    return words.phases[step.p];
  }

  function drawLadder(index, data) {
    const ladder = make("section", { class: `ladder${data.lanes.length > 3 ? " many" : ""}`, "aria-label": text("ladder"), keydown: moveFocus });
    const heads = make("div", { class: "heads" }, data.lanes.map((lane) =>
      make("div", {}, make("b", {}, lane.h), said(lane.a || "", "span"))));
    heads.querySelectorAll(".said").forEach((address) => address.classList.add("soft"));
    variables(ladder, { lanes: data.lanes.length });
    ladder.append(make("div", { class: "lanes", "aria-hidden": "true" }, heads));
    let items = null, before = null;
    for (const step of data.steps) {
      if (!before || before.p !== step.p || (step.a !== undefined && before.a !== undefined && step.a !== before.a)) {
        items = make("ol", { role: "list" });
        const phase = phaseName(step), attempt = String(step.a);
        ladder.append(make("section", { class: "band", "data-phase": capture.phases[step.p] || "calls" },
          make("h3", {}, data.attempts.length > 1 && step.a ? text("phase-of-attempt", { phase, attempt }) : phase), items));
      }
      items.append(step.gap === undefined && step.fold === undefined ? drawMessage(index, data, step) : drawPause(step));
      before = step;
    }
    return ladder;
  }

  // Up and down go from message to message once one of them has the focus.
  function moveFocus(event) {
    const here = event.target.closest(".step");
    if (!here || shown.lesson || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const steps = [...event.currentTarget.querySelectorAll(".step:not([hidden])")].filter((step) => step.offsetParent);
    const next = steps[steps.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }

  function filterLadder() {
    for (const step of shown.data.steps) step.item.hidden = shown.hiddenPhases.has(step.p) || (shown.hidesQuiet && step.q === 1);
    for (const band of main.querySelectorAll(".band")) band.hidden = !band.querySelector("li:not([hidden])");
  }

  function drawFilters(data) {
    const phases = [...new Set(data.steps.map((step) => step.p))].sort((a, b) => a - b);
    const chips = phases.map((phase) => make("button", { type: "button", class: "chip", "aria-pressed": "true",
      "data-phase": capture.phases[phase] || "calls", click: (event) => {
        const hide = event.currentTarget.getAttribute("aria-pressed") === "true";
        event.currentTarget.setAttribute("aria-pressed", String(!hide));
        if (hide) shown.hiddenPhases.add(phase);
        else shown.hiddenPhases.delete(phase);
        filterLadder();
        say(text(hide ? "hidden" : "shown", { phase: phaseName({ p: phase }) }));
      } }, phaseName({ p: phase })));
    return make("div", { class: "tools", role: "group", "aria-label": text("what-shows") },
      make("div", { class: "chips", role: "group", "aria-label": text("phases-shown") }, chips),
      data.steps.some((step) => step.q) ? only(text("acknowledgments"), true, (shows) => {
        shown.hidesQuiet = !shows;
        filterLadder();
      }) : "",
      only(text("tips"), true, (shows) => shown.ladder.classList.toggle("no-tips", !shows)),
      findingsSwitch(),
      make("button", { type: "button", class: "main", id: "start-lesson", click: () => startLesson() }, text("start-lesson")));
  }

  function prepare(data) {
    data.frames = new Map();
    data.byFrame = new Map();
    for (const step of data.steps) if (step.m && !data.frames.has(step.f)) data.frames.set(step.f, step);
    data.groups = groupFindings(data.findings);
    for (const finding of data.findings) data.byFrame.set(finding.f, [...(data.byFrame.get(finding.f) || []), finding]);
  }

  function drawPhone(index, data) {
    const phone = capture.phones[index];
    prepare(data);
    shown = { index, data, hiddenPhases: new Set(), hidesQuiet: false, lesson: null };
    drawTop(index);
    shown.ladder = drawLadder(index, data);
    main.replaceChildren(
      make("div", { class: "who" }, make("h1", {}, said(phone.n)), badge(phone)),
      make("p", { class: "soft" }, said([phone.m, phone.ld, phone.a].filter(Boolean).join(" · ")),
        phone.m || phone.ld || phone.a ? " · " : "", text("first-frame-at", { time: moment(phone.t) })),
      ...drawTroubles(),
      drawTiles(phone, data),
      data.groups.length ? make("section", { class: "verdict", "aria-labelledby": "found" }, make("h2", { id: "found" }, text("what-was-found")),
        drawFindings(index, data, data.groups, "h3")) : "",
      drawTimes(data),
      make("h2", {}, text("ladder")), drawFilters(data), shown.ladder, make("div", { id: "lesson" }));
  }

  function goToFrame(frame) {
    const step = shown.data.frames.get(frame);
    if (!step) return;
    if (shown.lesson) endLesson();
    if (step.item.hidden) showPhase(step.p);
    step.item.scrollIntoView({ block: "center" });
    step.item.focus({ preventScroll: true });
  }

  // A link leads to what a filter has hidden: the filter gives way.
  function showPhase(phase) {
    shown.hiddenPhases.delete(phase);
    shown.hidesQuiet = false;
    for (const chip of main.querySelectorAll(".chip"))
      if (chip.textContent === phaseName({ p: phase })) chip.setAttribute("aria-pressed", "true");
    filterLadder();
  }

  // ------------------------------------------------------------------------------------------------------- lesson --

  // Begins with that frame, or with the first one.
  function startLesson(frame) {
    const steps = shown.data.steps.filter((step) => step.m && !step.item.hidden);
    if (!steps.length) return;
    shown.lesson = { steps, at: Math.max(0, steps.findIndex((step) => step.f === frame)), open: false, known: new Map() };
    shown.ladder.classList.remove("no-tips");
    document.addEventListener("keydown", lessonKeys);
    drawLesson();
  }

  function endLesson() {
    document.removeEventListener("keydown", lessonKeys);
    shown.lesson = null;
    document.getElementById("lesson").replaceChildren();
    for (const step of shown.data.steps) step.item.classList.remove("asked", "now");
    filterLadder();
    document.getElementById("start-lesson").focus({ preventScroll: true });
  }

  // What comes after the message in question is not there yet.
  function hideFuture() {
    const lesson = shown.lesson, current = lesson.steps[lesson.at];
    let past = true;
    filterLadder();
    for (const step of shown.data.steps) {
      step.item.classList.toggle("now", step === current);
      if (step === current) step.item.querySelector(".tip").id = "tip-of-now";
      else step.item.querySelector("#tip-of-now")?.removeAttribute("id");
      step.item.classList.toggle("asked", step === current && !lesson.open);
      if (!past) step.item.hidden = true;
      if (step === current) past = false;
    }
    for (const band of main.querySelectorAll(".band")) band.hidden = !band.querySelector("li:not([hidden])");
  }

  function advance() {
    const lesson = shown.lesson;
    if (lesson.at === lesson.steps.length) return;
    if (lesson.open) lesson.at += 1;
    lesson.open = !lesson.open;
    drawLesson();
  }

  function goBack() {
    const lesson = shown.lesson;
    if (lesson.at === 0) return;
    lesson.at -= 1;
    lesson.open = true;
    drawLesson();
  }

  function judge(knew) {
    shown.lesson.known.set(shown.lesson.at, knew);
    advance();
  }

  function lessonKeys(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const actions = { ArrowRight: advance, ArrowLeft: goBack, Escape: endLesson };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  function button(name, click, look) {
    return make("button", { type: "button", ...look, click }, name);
  }

  function drawQuestion(lesson) {
    const step = lesson.steps[lesson.at], [from, to] = ends(shown.data, step);
    const where = make("div", { class: "where" },
      make("span", {}, text("place", { number: lesson.at + 1, count: lesson.steps.length })),
      make("span", {}, text("frame-ends", { frame: String(step.f), from, to })));
    const heading = make("h2", { tabindex: "-1", "aria-describedby": lesson.open ? "tip-of-now" : null }, parts("question", { message: said(step.m) }));
    const ways = [button(`${text("back")} (←)`, goBack, { disabled: lesson.at === 0 }), button(`${text("end")} (${text("escape")})`, endLesson)];
    if (!lesson.open)
      return [where, heading, make("p", { class: "soft" }, text("think")),
        make("div", { class: "buttons" }, button(`${text("show-tip")} (→)`, advance, { class: "main" }), ways)];
    // The tip stands at its arrow; said a second time it would push the buttons out of the window.
    return [where, heading, make("div", { class: "answer" }, make("b", {}, said(step.h))),
    make("div", { class: "buttons" }, button(`${text("next-message")} (→)`, advance, { class: "main" }),
      button(text("knew"), () => judge(true)), button(text("not-yet"), () => judge(false)), ways)];
  }

  function drawResult(lesson) {
    const known = { number: [...lesson.known.values()].filter(Boolean).length, count: lesson.known.size };
    const again = [...lesson.known].filter(([, knew]) => !knew).map(([at]) => frameLink(shown.index, shown.data, lesson.steps[at].f));
    return [make("h2", { tabindex: "-1" }, text("done")),
      make("p", {}, lesson.known.size ? `${text("known", known)} ` : "", again.length ? parts("again", { frames: list(again) }) : ""),
      make("p", { class: "soft" }, text("nothing-kept")),
      make("div", { class: "buttons" }, button(text("once-more"), () => startLesson(), { class: "main" }), button(`${text("back")} (←)`, goBack),
        button(`${text("end")} (${text("escape")})`, endLesson))];
  }

  function drawLesson() {
    const lesson = shown.lesson, done = lesson.at === lesson.steps.length;
    const panel = make("section", { class: "lesson card", "aria-label": text("lesson") }, done ? drawResult(lesson) : drawQuestion(lesson));
    document.getElementById("lesson").replaceChildren(panel);
    if (done) {
      filterLadder();
      for (const step of shown.data.steps) step.item.classList.remove("asked", "now");
    } else {
      hideFuture();
      lesson.steps[lesson.at].item.scrollIntoView({ block: "center", behavior: "instant" });
    }
    panel.querySelector("h2").focus({ preventScroll: true });
  }

  // ------------------------------------------------------------------------------------------------------- routes --

  // What a source is given to work with: what it may ask of the page, and how the page makes what it shows.
  const page = {
    make, text, amount, said, say,
    // Shows another overview. goesOn: more of the same captures was read, and nobody is to be disturbed who reads. then: what to
    // do when all of it is there.
    show(next, goesOn, then = () => {}) {
      const typing = document.activeElement && document.activeElement.id === "find";
      capture = next;
      words = capture.words;
      language = pageLanguage();
      plurals = new Intl.PluralRules(language);
      if (goesOn && shown) {
        drawTop(shown.index);
        return;
      }
      if (shown && shown.lesson) endLesson();
      shown = wanted = null;
      route(then);
      if (typing) document.getElementById("find")?.focus({ preventScroll: true });
    },
    // The phone that is looked at, by its place in the overview; null for none.
    phone: () => (shown ? shown.index : null),
    // Of the phone that is looked at: goes to a frame, or begins the lesson there.
    goTo: (frame) => goToFrame(frame),
    learn: (frame) => startLesson(frame),
    showFindings,
  };

  function openPhone(index, then) {
    if (shown && shown.index === index) {
      then();
      return;
    }
    wanted = index;
    source.phone(index, (data) => {
      if (wanted !== index) return; // somebody has gone on since
      if (shown && shown.lesson) endLesson();
      drawPhone(index, data);
      window.scrollTo(0, 0);
      then();
    });
  }

  // #all, #p3 (a phone), #p3-f45 (a frame of it): links, bookmarks and the back button go by these.
  function route(then = () => {}) {
    const [, phone, frame] = /^#p(\d+)(?:-f(\d+))?$/.exec(location.hash) || [];
    const index = phone === undefined ? null : Number(phone);
    if (location.hash === "#main") return;
    if (!capture.phones.length) {
      drawNothing();
    } else if (index !== null && index < capture.phones.length) {
      const isAnother = !shown || shown.index !== index;
      openPhone(index, () => {
        if (frame !== undefined) goToFrame(Number(frame));
        else if (isAnother) main.focus({ preventScroll: true });
        then();
      });
    } else if (capture.phones.length === 1) {
      if (!shown) openPhone(0, then);
    } else {
      if (shown && shown.lesson) endLesson();
      const stays = !shown && document.getElementById("phones");
      drawOverview();
      if (!stays) window.scrollTo(0, 0);
      then();
    }
  }

  window.addEventListener("hashchange", () => route());
  window.addEventListener("beforeprint", () => main.querySelectorAll("details").forEach((details) => {
    details.open = true;
  }));
  source.start(page);
})();
