// SPDX-License-Identifier: GPL-2.0-or-later
// What runs beside the page: it has the files and the program (web/program.h). The page asks in messages:
//   program, language     the first one: the program, compiled, and the language to begin with
//   open: files           reads them one after the other; once in the life of a worker
//   phone: index, id      report: format, phone, id      language      stop      shown: what was told last
//   annotate, id          anonymise, id: the captures, as a list       map, id: the names in the latter
// and is answered with { phones }, some of an overview, and then { overview, goesOn, language }, its rest; { progress: { name, part } },
// { stopped }, { id, octets } and { broken: name, large }, which ends it. Each of these is told by its name; id goes back to whoever has asked.
/* global regflowProgram */
"use strict";

(() => {
  const SLICE = 40; // milliseconds of reading before somebody else has a turn
  const FRAMES = 500; // so many at once: the time is looked at in between
  const FIRST = 350; // milliseconds until the overview is told for the first time; then each time twice as late. Before, the browser still makes the
  // program faster, on all cores that there are, and the page would wait for it
  const LARGE = 1 << 30; // octets of memory with which a program fails because there are no more
  const BLOCK = 1 << 20; // octets of a file asked for at once: each question costs a thousand times what an octet does
  const ROOM = 1 << 30; // octets of a temporary file, which is kept in memory, too
  const PIECE = 400; // phones of an overview told at once: the page must not be busy for long with any of what it hears
  const EVERYTHING = 0xFFFFFFFF;

  const captures = []; // { name, folder, file, read: so far, block: the octets that were asked for last, from: where they stand }
  let program = null, pieces = [], reading = "", language = "en", stopped = false;
  let whole = Promise.resolve(); // when all captures are read
  let goOn = () => {}; // called when the page has shown what it was told

  function call(name, ...values) {
    return program.ccall(name, "number", values.map((value) => typeof value), values);
  }

  // What a call has written. The octets are the program's, and gone with the next call.
  function written(name, ...values) {
    pieces = [];
    const code = call(name, ...values);
    return { code, octets: new Blob(pieces), text: () => new TextDecoder().decode(joined()) };
  }

  function joined() {
    const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  function tellOverview(goesOn) {
    const { phones, ...overview } = JSON.parse(written("web_overview").text());
    for (let at = 0; at < phones.length; at += PIECE) postMessage({ phones: phones.slice(at, at + PIECE) });
    postMessage({ overview, goesOn, language });
  }

  // Whatever goes wrong ends the program: the page begins another one.
  function fail(error) {
    const size = program ? program.HEAPU8.length : 0;
    postMessage({ broken: reading, large: size >= LARGE || /memory|OOM|allocat/i.test(String(error)), reason: String(error) });
    close();
  }

  // Files are read in blocks. One that is gone or has changed since it was chosen is an error of reading, as on any disk.
  function watchFiles() {
    const { WORKERFS, FS } = program, plain = WORKERFS.stream_ops.read, room = new Uint8Array(BLOCK);
    const fill = (capture, stream, position) => {
      try {
        capture.block = room.slice(0, plain(stream, room, 0, BLOCK, position));
        capture.from = position;
      } catch (error) {
        if (error instanceof FS.ErrnoError) throw error;
        throw new FS.ErrnoError(29); // EIO
      }
    };
    WORKERFS.stream_ops.read = (stream, buffer, offset, length, position) => {
      const capture = captures.find((one) => one.file === stream.node.contents);
      if (position < capture.from || position >= capture.from + capture.block.length) fill(capture, stream, position);
      const octets = capture.block.subarray(position - capture.from, position - capture.from + length);
      buffer.set(octets, offset);
      capture.read = Math.max(capture.read, position + octets.length);
      return octets.length;
    };
  }

  // As on a disk that is full.
  function limitTemporaryFiles() {
    const { FS } = program, { MEMFS } = FS.filesystems, plain = MEMFS.expandFileStorage;
    MEMFS.expandFileStorage = (node, size) => {
      if (size > ROOM) throw new FS.ErrnoError(51); // ENOSPC
      plain(node, size);
    };
  }

  // Each in a folder of its own, where it has its name: two may have the same one, and messages tell no folders.
  function place(file, number) {
    const { FS, WORKERFS } = program, folder = `/capture${number}`;
    FS.mkdir(folder);
    FS.mount(WORKERFS, { files: [file] }, folder);
    const capture = { name: file.name, path: file.name === "-" ? "./-" : file.name, folder, file, read: 0, block: new Uint8Array(), from: 0 };
    captures.push(capture);
    return capture;
  }

  const turn = () => new Promise((resume) => setTimeout(resume));

  async function read(files) {
    let told = performance.now(), patience = FIRST;
    for (const [number, file] of files.entries()) {
      reading = file.name;
      const capture = place(file, number);
      program.FS.chdir(capture.folder);
      call("web_open", capture.path);
      for (let goesOn = true; goesOn && !stopped;) {
        const begun = performance.now();
        program.FS.chdir(capture.folder);
        while (goesOn && performance.now() - begun < SLICE) goesOn = call("web_read", number, FRAMES) === 1;
        postMessage({ progress: { name: file.name, part: Math.min(1, capture.read / Math.max(1, file.size)) } });
        if (performance.now() - told > patience) {
          const before = performance.now();
          // Reading waits for the page: on few cores it would make whoever looks wait for it.
          const shown = new Promise((resolve) => { goOn = resolve; });
          tellOverview(true);
          await shown;
          told = performance.now();
          patience = Math.max(2 * patience, 4 * (told - before));
        }
        await turn();
      }
      if (stopped) break;
    }
    if (stopped) postMessage({ stopped: true });
    tellOverview(false);
  }

  async function begin(message) {
    program = await regflowProgram({
      instantiateWasm: (imports, done) => {
        WebAssembly.instantiate(message.program, imports).then(done, fail);
        return {};
      },
      give: (octets) => pieces.push(octets.slice()),
      print: () => {},
      printErr: () => {},
    });
    watchFiles();
    limitTemporaryFiles();
    const languages = written("web_languages").text().split(" ");
    language = languages.includes(message.language) ? message.language : "en";
    call("web_speak", language);
    postMessage({ languages: ["en", ...languages] });
    tellOverview(false);
  }

  function beginAnonymous() {
    call("web_anonymise_begin");
    return captures.filter((capture) => {
      program.FS.chdir(capture.folder);
      return call("web_anonymise_add", capture.path);
    });
  }

  function anonymise() {
    const copies = new Map(beginAnonymous().map((capture) => [capture, written("web_anonymise_next", capture.path).octets]));
    return captures.map((capture) => copies.get(capture) || new Blob());
  }

  // Those that read the captures again wait until they were read. What they give is a list of octets.
  const later = ["annotate", "anonymise", "map"];
  const answers = {
    phone: ({ phone }) => written("web_phone", phone).octets,
    report: ({ report, of }) => written("web_report", report, of ?? EVERYTHING).octets,
    annotate: () => captures.map((capture, number) => {
      program.FS.chdir(capture.folder);
      return written("web_annotate", number, capture.path).octets;
    }),
    anonymise,
    map: () => {
      beginAnonymous();
      return written("web_anonymise_map").octets;
    },
  };

  function answer(data) {
    if (data.open) {
      whole = read(data.open);
      whole.catch(fail);
    } else if (data.stop) {
      stopped = true;
    } else if (data.shown) {
      goOn();
    } else if (data.speak) {
      language = data.speak;
      call("web_speak", language);
      tellOverview(data.goesOn);
    } else {
      for (const [what, answered] of Object.entries(answers))
        if (what in data) (later.includes(what) ? whole : Promise.resolve()).then(() => postMessage({ id: data.id, octets: answered(data) })).catch(fail);
    }
  }

  let ready = null;
  onmessage = ({ data }) => {
    if (data.program) ready = begin(data);
    else ready = ready.then(() => answer(data));
    ready.catch(fail);
  };
})();
