// SPDX-License-Identifier: GPL-2.0-or-later
// Reads captures with the program of the page. usage: node inspect.js PROGRAM.js FORMAT <LIST. Each line of LIST is a capture and the
// files for its report, its anonymised copy and the map of names; each line of the output is what regreplay inspect would exit with.
"use strict";
const fs = require("fs");

const [, , script, format] = process.argv;
const program = require(script), compiled = new WebAssembly.Module(fs.readFileSync(script.replace(/\.js$/, ".wasm")));

async function inspect(capture, report, copy, map) {
  const pieces = [];
  const module = await program({
    give: (octets) => pieces.push(Buffer.from(octets)),
    instantiateWasm: (imports, done) => done(new WebAssembly.Instance(compiled, imports)),
  });
  const call = (name, ...values) => module.ccall(name, "number", values.map((value) => typeof value), values);
  const name = capture.split("/").at(-1);
  module.FS.writeFile(name, fs.readFileSync(capture));
  call("web_speak", "en");
  const number = call("web_open", name);
  while (call("web_read", number, 1000));
  const code = call("web_sum_up", number);
  const write = (file, ...what) => {
    pieces.length = 0;
    call(...what);
    fs.writeFileSync(file, Buffer.concat(pieces));
  };
  write(report, "web_report", format, 0xFFFFFFFF);
  call("web_anonymise_begin");
  const isThere = call("web_anonymise_add", name);
  if (isThere) write(copy, "web_anonymise_next", name);
  else fs.writeFileSync(copy, "");
  write(map, "web_anonymise_map");
  console.log(code);
}

(async () => {
  for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) await inspect(...line.split("\t"));
})();
