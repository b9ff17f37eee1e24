// SPDX-License-Identifier: GPL-2.0-or-later
// What the ladder page does. The data stands in the page as JSON: #capture for the overview, #pN-data for each phone,
// read when that phone is looked at. Whatever comes from it goes into the page as text, never as markup.
//
// Keys of the data. Times are nanoseconds; those of phones count from the phone's first frame.
//   capture: n name, x why it could not be read (to its end)
//   phone of the overview: c capture, n name, m model, ld load, a address, t first frame (µs since 1970), at attempts, o outcome,
//     os the outcome in words, op phase it is stuck in, k the cause, ac accepted after, re ready after, e w i errors,
//     warnings, notes
//   lane: h what it is, a address
//   attempt: n number, s server, f to frames, p [phase, from, took, steps]
//   finding: id name, s severity, c certainty, f frame, e frames that prove it, h title, x text, fix
//   step: p phase, and either gap (nanoseconds) or fold (how many, 0 unknown), f to frames, or a message:
//     f frame, t time, l lane of the other end, s 1 from the server, v level, a attempt, q 1 nothing is said, m label,
//     h title, x tip, n what comes next, r frame of the request, w frame of the answer, d response time
"use strict";

(() => {
  const ROWS = 200; // of the overview at once
  const SEVERITIES = ["note", "warning", "error"];
  const OUTCOME_LOOKS = { ready: "good", accepted: "fair", unregistered: "plain", none: "plain" };

  const capture = read("capture");
  const main = document.getElementById("main");
  const overview = { search: "", outcome: "", sort: "frame", rows: ROWS };
  let shown = null; // the phone that is on the page

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
    element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
    return element;
  }

  function variables(element, values) {
    for (const [name, value] of Object.entries(values)) element.style.setProperty(`--${name}`, value);
    return element;
  }

  function said(text, name = "bdi") {
    return make(name, { class: "said" }, text);
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

  function count(number, one, many) {
    return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
  }

  function outcome(phone) {
    const where = phone.op ? ` “${capture.phases[phone.op]}”` : "";
    return phone.os.charAt(0).toUpperCase() + phone.os.slice(1) + where;
  }

  function badge(phone) {
    return make("span", { class: `badge ${OUTCOME_LOOKS[phone.o] || "bad"}` }, outcome(phone));
  }

  function say(text) {
    document.getElementById("live").textContent = text;
  }

  // ---------------------------------------------------------------------------------------------------------- top --

  // Of the phone that is shown; for all of them when there is one capture.
  function captureName(index) {
    const several = capture.captures.length !== 1;
    if (several && index === null) return `${capture.captures.length} captures`;
    return capture.captures[several ? capture.phones[index].c || 0 : 0].n || "";
  }

  // What could not be read, or not to its end: nobody may take half a capture for a whole one.
  function drawTroubles() {
    return capture.captures.filter((one) => one.x)
      .map((one) => make("p", { class: "finding is-warning" }, said(`${one.n || ""}: ${one.x}.`, "span")));
  }

  function drawTop(index) {
    const nav = make("nav", { "aria-label": "Phones" });
    if (capture.phones.length > 1 && index !== null) {
      nav.append(make("a", { href: "#all" }, `All ${capture.phones.length.toLocaleString("en")} phones`));
      if (index > 0) nav.append(make("a", { href: `#p${index - 1}`, rel: "prev" }, "← Previous"));
      if (index + 1 < capture.phones.length) nav.append(make("a", { href: `#p${index + 1}`, rel: "next" }, "Next →"));
    }
    const theme = make("select", { id: "theme", change: (event) => {
      document.documentElement.dataset.theme = event.target.value;
    } }, ["auto", "light", "dark"].map((name) => make("option", { value: name }, name)));
    theme.value = document.documentElement.dataset.theme || "auto";
    document.getElementById("top").replaceChildren(said(captureName(index), "span"), nav,
      make("div", { class: "theme" }, make("label", { for: "theme" }, "Colours"), theme));
    document.getElementById("top").firstChild.classList.add("file");
  }

  // ----------------------------------------------------------------------------------------------------- overview --

  function tile(name, value, look) {
    return make("div", { class: "tile card" }, make("dt", {}, name), make("dd", { class: look }, value));
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
        (!wanted || [phone.n, phone.m, phone.a, phone.ld, phone.k, capture.captures[phone.c || 0].n].some((text) => text && text.toLowerCase().includes(wanted))))
      .sort(orders[overview.sort]);
  }

  function found(phone) {
    const parts = [["e", "error", "errors"], ["w", "warning", "warnings"], ["i", "note", "notes"]]
      .filter(([key]) => phone[key])
      .map(([key, one, many]) => make("span", { class: `is-${one}` }, count(phone[key], one, many)));
    return parts.flatMap((part, place) => (place ? [", ", part] : [part]));
  }

  function phoneRow(phone) {
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: `#p${phone.index}` }, said(phone.n))),
      make("td", {}, said([phone.m, phone.ld].filter(Boolean).join(", "))),
      make("td", {}, said(phone.a || "")),
      capture.captures.length > 1 ? make("td", {}, said(capture.captures[phone.c || 0].n || "")) : "",
      make("td", {}, badge(phone), phone.k ? make("div", { class: "is-error" }, said(phone.k)) : ""),
      make("td", { class: "number", "data-name": "accepted after" }, phone.ac === undefined ? "" : duration(phone.ac)),
      make("td", { class: "number", "data-name": "ready after" }, phone.re === undefined ? "" : duration(phone.re)),
      make("td", { class: "number", "data-name": "attempts" }, String(phone.at)),
      make("td", {}, found(phone)));
  }

  function drawRows(place) {
    const phones = chosenPhones(), rows = phones.slice(0, overview.rows);
    const heads = ["Phone", "Model and load", "Address", capture.captures.length > 1 ? "Capture" : "", "How it ended",
      "Accepted after", "Ready after", "Attempts", "Found"].filter(Boolean);
    const table = make("table", { class: "phones" },
      make("caption", { class: "unseen" }, "Phones of this capture"),
      make("thead", {}, make("tr", {}, heads.map((head) =>
        make("th", { scope: "col", class: /after|Attempts/.test(head) ? "number" : null }, head)))),
      make("tbody", {}, rows.map(phoneRow)));
    const more = make("p", { class: "more" }, count(phones.length, "phone", "phones") +
      (rows.length < phones.length ? `, ${rows.length} of them shown. ` : ""));
    if (rows.length < phones.length)
      more.append(make("button", { type: "button", click: () => {
        overview.rows += ROWS;
        drawRows(place);
        place.querySelectorAll("tbody a")[rows.length].focus();
      } }, `Show ${Math.min(ROWS, phones.length - rows.length)} more`));
    place.replaceChildren(make("div", { class: "table card" }, table, more));
  }

  function choice(label, options, value, change) {
    const select = make("select", { change: (event) => change(event.target.value) },
      options.map(([key, text]) => make("option", { value: key }, text)));
    select.value = value;
    return make("label", {}, label, select);
  }

  function drawOverview() {
    const phones = capture.phones, number = (name) => phones.filter((phone) => phone.o === name).length;
    const place = make("div", { id: "phones" });
    const redraw = (change) => {
      Object.assign(overview, change, { rows: ROWS });
      drawRows(place);
      say(count(chosenPhones().length, "phone", "phones"));
    };
    const names = new Map(phones.map((phone) => [phone.o, phone.os]));
    shown = null;
    drawTop(null);
    main.replaceChildren(make("h1", {}, "Phone registrations"), ...drawTroubles(),
      make("dl", { class: "tiles" },
        tile("Phones", phones.length.toLocaleString("en")),
        tile("Registered and ready", number("ready").toLocaleString("en"), "is-good"),
        tile("With errors", phones.filter((phone) => phone.e).length.toLocaleString("en"), "is-error"),
        tile("First frame", phones.length ? moment(phones.reduce((first, phone) => Math.min(first, phone.t), Infinity)) : "", "small")),
      make("div", { class: "tools", role: "search" },
        make("label", { class: "grow" }, "Find", make("input", { type: "search", id: "find",
          placeholder: "name, model, address, cause", value: overview.search,
          input: (event) => redraw({ search: event.target.value }) })),
        choice("How it ended", [["", "all"], ...names], overview.outcome, (value) => redraw({ outcome: value })),
        choice("Order", [["frame", "as in the capture"], ["findings", "most errors first"], ["name", "name"],
          ["slow", "slowest first"]], overview.sort, (value) => redraw({ sort: value }))),
      place);
    drawRows(place);
  }

  function drawNothing() {
    drawTop(null);
    main.replaceChildren(make("h1", {}, "No phone takes part in a registration here"), ...drawTroubles(),
      make("p", {}, "This capture shows no phone that starts, fetches its files or registers over SCCP or SIP."));
  }

  // -------------------------------------------------------------------------------------------------------- phone --

  function drawTiles(phone, data) {
    const attempts = data.attempts.filter((attempt) => attempt.n);
    return make("dl", { class: "tiles" },
      tile("Accepted after", phone.ac === undefined ? "–" : duration(phone.ac)),
      tile("Ready after", phone.re === undefined ? "–" : duration(phone.re)),
      tile("Attempts", String(attempts.length)),
      tile("Messages", data.messages.toLocaleString("en")),
      tile("Found", phone.e || phone.w || phone.i ? make("span", {}, found(phone)) : "nothing wrong"));
  }

  function frameLink(index, data, frame) {
    const text = `frame ${frame}`;
    return data.frames.has(frame) ? make("a", { href: `#p${index}-f${frame}` }, text) : text;
  }

  function list(items) {
    return items.flatMap((item, at) => (at ? [", ", item] : [item]));
  }

  function drawFinding(index, data, finding, heading) {
    const severity = SEVERITIES[finding.s];
    return make("div", { class: `finding is-${severity}` },
      make(heading, {}, `${severity.charAt(0).toUpperCase()}${severity.slice(1)}: `, said(finding.h)),
      said(finding.x, "p"),
      make("p", { class: "fix" }, make("b", {}, "To do: "), said(finding.fix || "")),
      make("p", { class: "proof soft" }, `${finding.id}, ${finding.c}; shown by `,
        list(finding.e.map((frame) => frameLink(index, data, frame)))));
  }

  // The worst first; what is said in the same words several times is said once, with the frames of all of them.
  function groupFindings(findings) {
    const groups = new Map();
    for (const finding of findings) {
      const key = JSON.stringify([finding.id, finding.h, finding.x, finding.fix, finding.c]);
      const group = groups.get(key);
      if (group) group.e = [...new Set([...group.e, ...finding.e])];
      else groups.set(key, { ...finding });
    }
    return [...groups.values()].sort((a, b) => b.s - a.s);
  }

  function drawTimes(data) {
    const details = make("details", { class: "card", open: data.attempts.length < 3 }, make("summary", {}, "Time per phase"));
    // Days of keepalives must not squeeze the rest: the bars end where the last other phase does.
    const rows = data.attempts.flatMap((attempt) => attempt.p);
    const until = Math.max(1, ...rows.filter(([phase]) => capture.phases[phase] !== "keepalive").map(([, from, took]) => from + took));
    for (const attempt of data.attempts) {
      const name = attempt.n ? `Attempt ${attempt.n}` : "Before any attempt";
      const where = `${attempt.s ? ` at ${attempt.s}` : ""}, frames ${attempt.f} to ${attempt.to}`;
      details.append(make("table", { class: "times" }, make("caption", {}, name, said(where)),
        make("thead", { class: "unseen" }, make("tr", {}, ["Phase", "From", "Took", "Steps", "Bar"].map((head) => make("th", { scope: "col" }, head)))),
        make("tbody", {}, attempt.p.map(([phase, from, took, steps]) => {
          const bar = variables(make("span", { "data-phase": capture.phases[phase] }), {});
          bar.style.left = `${Math.min(99, (from / until) * 100)}%`;
          bar.style.width = `${Math.max(0, Math.min(100 - (from / until) * 100, (took / until) * 100))}%`;
          return make("tr", {}, make("th", { scope: "row" }, capture.phases[phase]),
            make("td", {}, elapsed(from)), make("td", {}, duration(took)), make("td", {}, count(steps, "step", "steps")),
            make("td", { class: "bar" }, make("div", { class: "track" }, bar)));
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
      make("span", { class: "unseen" }, `${ends(data, step).join(" to ")}: `),
      make("span", { class: "label said" }, step.m),
      make("div", { class: step.s ? "arrow back" : "arrow", "aria-hidden": "true" }));
    return variables(rail, { from: 0, span: step.l });
  }

  function pairText(index, data, step) {
    const took = step.d === undefined ? "" : ` after ${duration(step.d)}`;
    if (step.r) return make("p", { class: "pair" }, "Answers ", frameLink(index, data, step.r), took);
    return step.w ? make("p", { class: "pair" }, "Answered in ", frameLink(index, data, step.w)) : "";
  }

  function drawMessage(index, data, step) {
    const findings = data.byFrame.get(step.f) || [];
    const bad = findings.some((finding) => finding.s === 2);
    const first = data.frames.get(step.f) === step;
    const item = make("li", { class: `step${step.q ? " quiet" : ""}${bad && !step.q ? " bad" : ""}`, tabindex: "-1",
      id: first ? `p${index}-f${step.f}` : null });
    item.append(
      make("div", { class: "when" },
        make("a", { class: "frame", href: `#p${index}-f${step.f}` }, `Frame ${step.f}`),
        make("time", {}, elapsed(step.t)),
        step.d === undefined ? "" : make("span", { class: "took" }, `response ${duration(step.d)}`)),
      drawArrow(data, step),
      make("div", { class: "tip" }, said(step.h, "h4"), said(step.x, "p"),
        step.n ? make("p", { class: "next" }, "Next: ", said(step.n)) : "",
        pairText(index, data, step),
        first ? findings.map((finding) => drawFinding(index, data, finding, "h5")) : ""));
    step.item = item;
    return item;
  }

  function drawPause(step) {
    const frames = step.f === step.to ? `frame ${step.f}` : `frames ${step.f} to ${step.to}`;
    const text = step.gap !== undefined ? `${duration(step.gap)} without a message`
      : step.fold ? `${count(step.fold, "message", "messages")} of ${frames} folded` : `messages of ${frames} folded`;
    step.item = make("li", { class: "pause" }, make("div", { class: "when" }),
      make("div", { class: "rail" }, make("span", {}, text)), make("div", { class: "tip" }));
    return step.item;
  }

  function phaseName(step) {
    return capture.phases[step.p] || "calls and others";
  }

  function drawLadder(index, data) {
    const ladder = make("section", { class: `ladder${data.lanes.length > 3 ? " many" : ""}`, "aria-label": "Ladder", keydown: moveFocus });
    const heads = make("div", { class: "heads" }, data.lanes.map((lane) =>
      make("div", {}, make("b", {}, lane.h), said(lane.a || "", "span"))));
    heads.querySelectorAll(".said").forEach((address) => address.classList.add("soft"));
    variables(ladder, { lanes: data.lanes.length });
    ladder.append(make("div", { class: "lanes", "aria-hidden": "true" }, heads));
    let items = null, before = null;
    for (const step of data.steps) {
      if (!before || before.p !== step.p || (step.a !== undefined && before.a !== undefined && step.a !== before.a)) {
        items = make("ol", { role: "list" });
        const attempt = data.attempts.length > 1 && step.a ? `, attempt ${step.a}` : "";
        ladder.append(make("section", { class: "band", "data-phase": capture.phases[step.p] || "calls" },
          make("h3", {}, phaseName(step) + attempt), items));
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
        say(`${phaseName({ p: phase })} ${hide ? "hidden" : "shown"}`);
      } }, phaseName({ p: phase })));
    const only = (text, change) => make("label", {}, make("input", { type: "checkbox", checked: true, change }), text);
    return make("div", { class: "tools", role: "group", "aria-label": "What the ladder shows" },
      make("div", { class: "chips", role: "group", "aria-label": "Phases" }, chips),
      data.steps.some((step) => step.q) ? only("TCP acknowledgments", (event) => {
        shown.hidesQuiet = !event.target.checked;
        filterLadder();
      }) : "",
      only("Tips", (event) => shown.ladder.classList.toggle("no-tips", !event.target.checked)),
      make("button", { type: "button", class: "main", id: "start-lesson", click: startLesson }, "Start the lesson"));
  }

  function prepare(index) {
    const data = read(`p${index}-data`);
    data.frames = new Map();
    data.byFrame = new Map();
    for (const step of data.steps) if (step.m && !data.frames.has(step.f)) data.frames.set(step.f, step);
    for (const finding of data.findings) data.byFrame.set(finding.f, [...(data.byFrame.get(finding.f) || []), finding]);
    return data;
  }

  function drawPhone(index) {
    const phone = capture.phones[index], data = prepare(index);
    shown = { index, data, hiddenPhases: new Set(), hidesQuiet: false, lesson: null };
    drawTop(index);
    shown.ladder = drawLadder(index, data);
    main.replaceChildren(
      make("div", { class: "who" }, make("h1", {}, said(phone.n)), badge(phone)),
      make("p", { class: "soft" }, said([phone.m, phone.ld, phone.a].filter(Boolean).join(" · ")),
        phone.m || phone.ld || phone.a ? " · " : "", `first frame ${moment(phone.t)}`),
      ...drawTroubles(),
      drawTiles(phone, data),
      data.findings.length ? make("section", { "aria-labelledby": "found" }, make("h2", { id: "found" }, "What was found"),
        groupFindings(data.findings).map((finding) => drawFinding(index, data, finding, "h3"))) : "",
      drawTimes(data),
      make("h2", {}, "The ladder"), drawFilters(data), shown.ladder, make("div", { id: "lesson" }));
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

  function startLesson() {
    const steps = shown.data.steps.filter((step) => step.m && !step.item.hidden);
    if (!steps.length) return;
    shown.lesson = { steps, at: 0, open: false, known: new Map() };
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

  function drawQuestion(lesson) {
    const step = lesson.steps[lesson.at], [from, to] = ends(shown.data, step);
    const where = make("div", { class: "where" }, make("span", {}, `${lesson.at + 1} of ${lesson.steps.length}`),
      make("span", {}, `frame ${step.f}, ${from} → ${to}`));
    const heading = make("h2", { tabindex: "-1" }, said(step.m), ": what is this message for?");
    if (!lesson.open)
      return [where, heading, make("p", { class: "soft" }, "Say it aloud or write it down; then look."),
        make("div", { class: "buttons" },
          make("button", { type: "button", class: "main", click: advance }, "Show the tip (→)"),
          make("button", { type: "button", disabled: lesson.at === 0, click: goBack }, "Back (←)"),
          make("button", { type: "button", click: endLesson }, "End (Esc)"))];
    return [where, heading, make("div", { class: "answer" }, make("b", {}, said(step.h)), said(step.x, "p"),
      step.n ? make("p", { class: "soft" }, "Next: ", said(step.n)) : ""),
    make("div", { class: "buttons" },
      make("button", { type: "button", class: "main", click: advance }, "Next message (→)"),
      make("button", { type: "button", click: () => judge(true) }, "I knew it"),
      make("button", { type: "button", click: () => judge(false) }, "Not yet"),
      make("button", { type: "button", disabled: lesson.at === 0, click: goBack }, "Back (←)"),
      make("button", { type: "button", click: endLesson }, "End (Esc)"))];
  }

  function drawResult(lesson) {
    const knew = [...lesson.known.values()].filter(Boolean).length;
    const again = [...lesson.known].filter(([, known]) => !known).map(([at]) => lesson.steps[at]);
    return [make("h2", { tabindex: "-1" }, "That was all of them"),
      make("p", {}, lesson.known.size ? `You knew ${knew} of ${lesson.known.size}. ` : "",
        again.length ? "To look at again: " : "", list(again.map((step) => frameLink(shown.index, shown.data, step.f)))),
      make("p", { class: "soft" }, "Nothing of this is kept: it is gone when the page is."),
      make("div", { class: "buttons" },
        make("button", { type: "button", class: "main", click: startLesson }, "Once more"),
        make("button", { type: "button", click: goBack }, "Back (←)"),
        make("button", { type: "button", click: endLesson }, "End (Esc)"))];
  }

  function drawLesson() {
    const lesson = shown.lesson, done = lesson.at === lesson.steps.length;
    const panel = make("section", { class: "lesson card", "aria-label": "Lesson" }, done ? drawResult(lesson) : drawQuestion(lesson));
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

  // #all, #p3 (a phone), #p3-f45 (a frame of it): links, bookmarks and the back button go by these.
  function route() {
    const [, phone, frame] = /^#p(\d+)(?:-f(\d+))?$/.exec(location.hash) || [];
    const index = phone === undefined ? null : Number(phone);
    if (location.hash === "#main") return;
    if (!capture.phones.length) {
      drawNothing();
    } else if (index !== null && index < capture.phones.length) {
      if (!shown || shown.index !== index) {
        if (shown && shown.lesson) endLesson();
        drawPhone(index);
        if (frame === undefined) main.focus({ preventScroll: true });
        window.scrollTo(0, 0);
      }
      if (frame !== undefined) goToFrame(Number(frame));
    } else if (capture.phones.length === 1) {
      if (!shown) drawPhone(0);
    } else {
      if (shown && shown.lesson) endLesson();
      drawOverview();
      window.scrollTo(0, 0);
    }
  }

  window.addEventListener("hashchange", route);
  route();
})();
