// SPDX-License-Identifier: GPL-2.0-or-later
// The source of the ladder page that reads captures by itself (ladder.js says what a source is): files that are dropped or chosen
// go to a worker, which has the program. Nothing is fetched, nothing is kept.
"use strict";

globalThis.regflowSource = (() => {
  // What can be taken away: [word, what stands behind the name, how]. What tells nobody's name has no name of a file that might.
  const TAKE_AWAY = [
    ["live-save-html", ".html", { report: "html" }],
    ["live-save-text", ".txt", { report: "text" }],
    ["live-save-json", ".json", { report: "json" }],
    ["live-save-junit", ".xml", { report: "junit" }],
    ["live-save-svg", ".svg", { report: "svg", ofPhone: true }],
    ["live-save-pcapng", ".annotated.pcapng", { annotate: true }],
    ["live-save-anonymous", "anonymous.pcapng", { anonymise: true }],
    ["live-save-map", ".names.tsv", { map: true }],
  ];
  const TYPES = { html: "text/html", txt: "text/plain", json: "application/json", xml: "application/xml", svg: "image/svg+xml",
    pcapng: "application/octet-stream", tsv: "text/tab-separated-values" };

  const state = document.getElementById("state"), chooser = document.getElementById("chooser");
  const waiting = new Map(); // id → who waits for the answer of the worker
  let page, worker, program, sheet, isFresh = false, languages = ["en"], asked = 0;
  let speaks = (navigator.language || "en").slice(0, 2);
  // { name, task, find: it is for whoever looks for the fault himself, octets: packed }
  const samples = JSON.parse(document.getElementById("samples").textContent);
  let captures = [], unread = [], arriving = [], phones = 0, progress = null, saving = [], trouble = "", sample = null;

  // ------------------------------------------------------------------------------------------------------ program --

  async function unpack(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  function beginWorker() {
    if (worker) worker.terminate();
    waiting.clear();
    saving = [];
    arriving = [];
    worker = new Worker(sheet);
    worker.onmessage = hear;
    worker.onerror = (event) => {
      event.preventDefault();
      hear({ data: { broken: progress ? progress.name : "", large: true } });
    };
    worker.postMessage({ program, language: speaks });
    isFresh = true;
  }

  function ask(what, done) {
    asked += 1;
    waiting.set(asked, done);
    worker.postMessage({ ...what, id: asked });
  }

  function hear({ data }) {
    if (data.languages) languages = data.languages;
    if (data.phones) arriving.push(...data.phones);
    if (data.overview) {
      showOverview(data);
      tellShown(worker);
    }
    if (data.progress) showProgress(data.progress);
    if (data.stopped) trouble = `${page.text("live-stopped", percent(progress))}.`;
    if (data.broken !== undefined) breakDown(data);
    if (data.id && waiting.has(data.id)) {
      waiting.get(data.id)(data.octets);
      waiting.delete(data.id);
    }
  }

  function percent({ name, part }) {
    return { label: name, number: Math.floor(part * 100) };
  }

  function showOverview({ overview, goesOn, language }) {
    const told = { ...overview, phones: arriving }, hadFiles = captures.length > 0, isFirst = !document.querySelector("main h1");
    arriving = [];
    if (!told.captures.length && hadFiles) return; // of the empty program that was begun for them
    document.documentElement.lang = speaks = language;
    phones = told.phones.length;
    unread = told.captures.map((one) => Boolean(one.x));
    if (!goesOn) progress = null;
    page.show(told, goesOn, sample && !goesOn && hadFiles ? showSample : undefined);
    document.title = page.text("title");
    document.querySelector(".skip").textContent = page.text("skip");
    if (isFirst) openSample();
    if (!goesOn && hadFiles) page.say(page.text("live-read", { count: phones }));
    drawState();
  }

  // When it is on the screen, or soon: a page that is hidden draws nothing.
  function tellShown(to) {
    const tell = () => to.postMessage({ shown: true });
    requestAnimationFrame(() => setTimeout(tell));
    setTimeout(tell, 200);
  }

  // What was read with it is gone with the program.
  function breakDown({ broken, large }) {
    captures = [];
    progress = null;
    beginWorker();
    complain(page.text(large ? "live-too-large" : "live-failed", { label: broken }));
  }

  function complain(sentence) {
    trouble = `${sentence}.`;
    drawState();
    page.say(trouble);
  }

  // ------------------------------------------------------------------------------------------------------ samples --

  // #sample=NAME, with &frame=N and &lesson when wanted.
  async function openSample() {
    const asked = new URLSearchParams(location.hash.slice(1)), found = samples.find((one) => one.name === asked.get("sample"));
    if (!found) {
      if (asked.has("sample")) complain(page.text("live-no-sample", { label: asked.get("sample") }));
      else if (sample && !location.hash) leave();
      return false;
    }
    const file = new File([await unpack(found.octets)], `${found.name}.pcapng`);
    open([file], { ...found, frame: Number(asked.get("frame")), lesson: asked.has("lesson") });
    return true;
  }

  // Back to where the samples are chosen.
  function leave() {
    captures = [];
    sample = progress = null;
    trouble = "";
    if (location.hash) history.pushState(null, "", location.pathname + location.search);
    page.showFindings(true);
    beginWorker();
    drawState();
  }

  // Once: who changes the language or looks around must not be sent back to it.
  function showSample() {
    const { frame, lesson, isShown } = sample;
    if (isShown) return;
    sample.isShown = true;
    if (lesson) page.learn(frame);
    else if (frame) page.goTo(frame);
  }

  addEventListener("hashchange", openSample);

  function sampleList() {
    const { make, text } = page;
    return make("section", {}, make("h2", {}, text("live-samples")), make("ul", { class: "samples" }, samples.map((one) =>
      make("li", {}, make("a", { href: `#sample=${one.name}` }, text(one.task))))));
  }

  // -------------------------------------------------------------------------------------------------------- files --

  // of: the sample that it is.
  function open(files, of = null) {
    if (!files.length) return;
    captures = [...files];
    sample = of;
    page.showFindings(!of || !of.find);
    trouble = "";
    progress = { name: captures[0].name, part: 0 };
    if (location.hash && !of) history.replaceState(null, "", location.pathname + location.search);
    // The one that has waited for them has its program ready.
    if (!isFresh) beginWorker();
    isFresh = false;
    worker.postMessage({ open: captures });
    drawState();
    page.say(page.text("live-reading", percent(progress)));
  }

  function showProgress(next) {
    if (!progress) return;
    progress = next;
    drawState();
  }

  function drawState() {
    const { make, text, said } = page;
    const parts = [];
    if (sample) parts.push(make("p", { class: "task" }, text(sample.task)));
    if (trouble) parts.push(make("p", { class: "finding is-warning" }, said(trouble, "span")));
    for (const label of saving) parts.push(make("p", { class: "soft" }, text("live-saving", { label })));
    if (progress) {
      const label = text("live-reading", percent(progress));
      const bar = make("progress", { max: 1, value: progress.part, "aria-label": label });
      parts.push(make("div", { class: "reading" }, bar, said(label, "span"),
        make("button", { type: "button", click: () => worker.postMessage({ stop: true }) }, text("live-stop"))));
    }
    // The button must stay the one that is being pressed.
    const old = state.querySelector(".reading"), fresh = parts.at(-1);
    if (old && progress && state.children.length === parts.length) {
      old.querySelector("progress").value = progress.part;
      old.querySelector("progress").setAttribute("aria-label", fresh.querySelector("progress").getAttribute("aria-label"));
      old.querySelector("span").textContent = fresh.querySelector("span").textContent;
    } else {
      state.replaceChildren(...parts);
    }
  }

  chooser.addEventListener("change", () => {
    open(chooser.files);
    chooser.value = "";
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.documentElement.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.documentElement.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.documentElement.classList.remove("dropping");
    const folder = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).find((entry) => entry?.isDirectory);
    if (folder) complain(page.text("live-folder", { label: folder.name }));
    else open(event.dataTransfer.files);
  });

  // ---------------------------------------------------------------------------------------------------- take away --

  function fileName(ending, number, count) {
    const name = captures[number].name.replace(/\.(gz|zst|lz4)$/i, "").replace(/\.(pcapng|pcap|cap)$/i, "");
    if (ending.startsWith(".")) return name + ending;
    return count > 1 ? ending.replace(".", `-${number + 1}.`) : ending;
  }

  function save(octets, name) {
    const address = URL.createObjectURL(new Blob([octets], { type: TYPES[name.split(".").at(-1)] }));
    const link = page.make("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    page.say(page.text("live-saved", { label: name }));
  }

  // Of a capture that cannot be read there is nothing to save, which is said with it; another one is too large to be written.
  function takeAway([, ending, how], menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    const label = fileName(ending, 0, captures.length);
    saving.push(label);
    drawState();
    page.say(page.text("live-saving", { label }));
    ask({ ...how, of: how.ofPhone ? page.phone() ?? 0 : undefined }, (given) => {
      saving.splice(saving.indexOf(label), 1);
      drawState();
      [given].flat().forEach((octets, number, all) => {
        if (octets.size) save(octets, fileName(ending, number, all.length));
        else if (!unread[number]) complain(page.text("live-too-large", { label: captures[number].name }));
      });
    });
  }

  function saveMenu() {
    const { make, text } = page;
    const menu = make("details", { class: "menu" }, make("summary", {}, text("live-save")));
    const rows = TAKE_AWAY.filter(([, , how]) => !how.ofPhone || page.phone() !== null);
    menu.append(make("div", { class: "card" }, rows.map((row) =>
      make("button", { type: "button", click: () => takeAway(row, menu) }, text(row[0])))));
    return menu;
  }

  // A menu is closed by whatever is done elsewhere.
  function closeMenu(event) {
    const menu = document.querySelector(".menu[open]");
    if (menu && (event.key ? event.key === "Escape" : !menu.contains(event.target))) menu.open = false;
  }

  addEventListener("click", closeMenu);
  addEventListener("keydown", closeMenu);

  // ------------------------------------------------------------------------------------------------------- source --

  function openButton(look) {
    return page.make("button", { type: "button", class: look, click: () => chooser.click() }, page.text("live-open"));
  }

  function languageChoice() {
    const { make, text } = page;
    const choice = make("select", { id: "language", change: (event) => {
      speaks = event.target.value;
      worker.postMessage({ speak: speaks, goesOn: progress !== null });
    } }, languages.map((code) => make("option", { value: code, lang: code }, new Intl.DisplayNames([code], { type: "language" }).of(code))));
    choice.value = speaks;
    return make("label", { class: "language" }, text("live-language"), choice);
  }

  return {
    async start(given) {
      page = given;
      // Once for all workers, and while nobody waits for it yet.
      program = await WebAssembly.compile(await unpack(document.getElementById("program").textContent));
      sheet = URL.createObjectURL(new Blob([document.getElementById("worker").textContent], { type: "text/javascript" }));
      beginWorker();
    },
    phone: (index, done) => ask({ phone: index }, async (octets) => {
      if (octets.size) done(JSON.parse(await octets.text()));
    }),
    tools: () => [captures.length ? openButton() : "",
      sample ? page.make("button", { type: "button", click: leave }, page.text("live-other-samples")) : "", captures.length && phones ? saveMenu() : "", languageChoice()].filter(Boolean),
    welcome: () => [page.make("section", { class: "welcome card" }, page.make("p", {}, page.text("live-welcome")),
      page.make("p", {}, openButton("main")), page.make("p", { class: "soft" }, page.text("live-kinds")),
      page.make("p", { class: "soft" }, page.text("live-private"))), sampleList()],
  };
})();
