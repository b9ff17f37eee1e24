-- SPDX-License-Identifier: GPL-2.0-or-later
-- The benchmark's rival in Lua: a post-dissector that does for SCCP what the plugin does for every frame of a
-- registration: message name, phase, device, request and answer paired with their response time, and a tip with
-- the values of this frame. Load with -X lua_script:registration.lua

local proto = Proto("reglua", "Phone registration in Lua")
local f = {
  device = ProtoField.string("reglua.device", "Device"),
  phase = ProtoField.string("reglua.phase", "Phase"),
  message = ProtoField.string("reglua.message", "Message"),
  tip = ProtoField.string("reglua.tip", "Tip"),
  request_in = ProtoField.framenum("reglua.request_in", "Request in"),
  answer_in = ProtoField.framenum("reglua.answer_in", "Answer in"),
  response_time = ProtoField.double("reglua.response_time", "Response time"),
}
proto.fields = { f.device, f.phase, f.message, f.tip, f.request_in, f.answer_in, f.response_time }

local skinny = Field.new("skinny")
local stream = Field.new("tcp.stream")

-- id = { name, phase, tip, answers to (request id), offset of the index that tells two requests apart }
local messages = {
  [0x0000] = { "KeepAliveReq", "keepalive", "Heartbeat: {device} tells {server} that it is still there." },
  [0x0001] = { "RegisterReq", "register", "{device} at {station}, type {type}, asks to register and offers version {version}." },
  [0x0002] = { "IpPort", "register", "The phone announces its audio port {word}." },
  [0x0009] = { "ForwardStatReq", "status", "{device} asks whether line {word} is forwarded.", nil, 12 },
  [0x000A] = { "SpeedDialStatReq", "status", "{device} asks for speed dial {word}.", nil, 12 },
  [0x000B] = { "LineStatReq", "status", "{device} asks for the number of line {word}.", nil, 12 },
  [0x000C] = { "ConfigStatReq", "templates", "{device} asks for its configuration summary." },
  [0x000D] = { "TimeDateReq", "finish", "{device} asks for the time: on most servers the last step." },
  [0x000E] = { "ButtonTemplateReq", "templates", "{device} asks for its button layout." },
  [0x000F] = { "VersionReq", "templates", "{device} asks which load it should run." },
  [0x0010] = { "CapabilitiesRes", "capabilities", "{device} lists {word} codecs.", 0x009B },
  [0x0012] = { "ServerReq", "templates", "{device} asks for the list of call managers." },
  [0x0020] = { "Alarm", "register", "How the phone last went down: {text16}" },
  [0x0025] = { "SoftKeySetReq", "templates", "{device} asks which soft keys to show when." },
  [0x0027] = { "UnregisterReq", "unregister", "{device} signs off." },
  [0x0028] = { "SoftKeyTemplateReq", "templates", "{device} asks for the names of the soft keys." },
  [0x002D] = { "RegisterAvailableLines", "finish", "{device} can show {word} lines." },
  [0x0033] = { "ServiceURLStatReq", "status", "{device} asks for service {word}.", nil, 12 },
  [0x0034] = { "FeatureStatReq", "status", "{device} asks for feature {word}.", nil, 12 },
  [0x0081] = { "RegisterAck", "register", "Accepted: keepalives every {word} s.", 0x0001 },
  [0x0086] = { "SetLamp", "finish", "Lamp {word} of {device} is set." },
  [0x0090] = { "ForwardStatRes", "status", "Line {word16} is forwarded: {word}.", 0x0009, 16 },
  [0x0091] = { "SpeedDialStatRes", "status", "Speed dial {word}: {text16}.", 0x000A, 12 },
  [0x0092] = { "LineStatRes", "status", "Line {word} has number {text16}.", 0x000B, 12 },
  [0x0093] = { "ConfigStatRes", "templates", "Configuration summary of {device}.", 0x000C },
  [0x0094] = { "DefineTimeDate", "finish", "Clock set, year {word}: {device} is ready.", 0x000D },
  [0x0097] = { "ButtonTemplateRes", "templates", "{word16} buttons for {device}.", 0x000E },
  [0x0098] = { "VersionRes", "templates", "The server wants load {text12}.", 0x000F },
  [0x009B] = { "CapabilitiesReq", "capabilities", "{server} asks for the codecs of {device}." },
  [0x009D] = { "RegisterReject", "register", "Refused: {text12}", 0x0001 },
  [0x009E] = { "ServerRes", "templates", "First call manager: {text12}.", 0x0012 },
  [0x0100] = { "KeepAliveAck", "keepalive", "{server} still knows {device}.", 0x0000 },
  [0x0108] = { "SoftKeyTemplateRes", "templates", "{word16} soft keys for {device}.", 0x0028 },
  [0x0109] = { "SoftKeySetRes", "templates", "{word16} soft key sets for {device}.", 0x0025 },
  [0x0110] = { "SelectSoftKeys", "finish", "{server} draws the soft keys of {device}." },
  [0x0112] = { "DisplayPromptStatus", "finish", "{server} shows a prompt: {device} is ready." },
  [0x0116] = { "ActivateCallPlane", "finish", "Line {word} is selected." },
  [0x0118] = { "UnregisterAck", "unregister", "{server} confirms the sign-off.", 0x0027 },
  [0x011F] = { "FeatureStatRes", "status", "Feature {word}: {text20}.", 0x0034, 12 },
  [0x012F] = { "ServiceURLStatRes", "status", "Service {word}: {text16}", 0x0033, 12 },
  [0x0142] = { "ConfigStatV2Res", "templates", "Configuration summary of {device}.", 0x000C },
  [0x0145] = { "DisplayPromptStatusV2", "finish", "{server} shows a prompt: {device} is ready." },
  [0x0146] = { "FeatureStatV2Res", "status", "Feature {word}: {text24}.", 0x0034, 12 },
  [0x0147] = { "LineStatV2Res", "status", "Line {word} has number {text20}.", 0x000B, 12 },
  [0x0148] = { "ServiceURLStatV2Res", "status", "Service {word}: {text16}", 0x0033, 12 },
  [0x0149] = { "SpeedDialStatV2Res", "status", "Speed dial {word}: {text16}.", 0x000A, 12 },
}

local notes, devices, pending

function proto.init()
  notes, devices, pending = {}, {}, {}
end

local function value_of(key, pdu, note)
  local length = pdu:len()
  if key == "device" then return note.device end
  if key == "server" then return note.server end
  if key == "word" then return length >= 16 and tostring(pdu(12, 4):le_uint()) or "?" end
  if key == "word16" then return length >= 20 and tostring(pdu(16, 4):le_uint()) or "?" end
  if key == "station" then return length >= 40 and tostring(pdu(36, 4):ipv4()) or "?" end
  if key == "type" then return length >= 44 and tostring(pdu(40, 4):le_uint()) or "?" end
  if key == "version" then return length >= 53 and tostring(pdu(52, 1):uint()) or "?" end
  local offset = tonumber(key:match("^text(%d+)$"))
  return offset and length > offset and pdu(offset):stringz() or ""
end

local function study(pdu, pinfo, session)
  local length = pdu:len()
  if length < 12 then return nil end
  local id = pdu(8, 4):le_uint()
  local known = messages[id]
  if not known then return nil end
  if id == 0x0001 and length >= 28 then devices[session] = pdu(12, 16):stringz() end
  local from_phone = id < 0x0080
  local note = { id = id, device = devices[session] or tostring(from_phone and pinfo.src or pinfo.dst),
                 server = tostring(from_phone and pinfo.dst or pinfo.src), frame = pinfo.number, time = pinfo.abs_ts }
  local index = known[5] and length >= known[5] + 4 and pdu(known[5], 4):le_uint() or 0
  if known[4] then
    local key = session .. ":" .. known[4] .. ":" .. index
    local request = pending[key]
    if request then
      note.request_in, note.response_time = request.frame, note.time - request.time
      request.answer_in = note.frame
      pending[key] = nil
    end
  else
    pending[session .. ":" .. id .. ":" .. index] = note
  end
  note.tip = known[3]:gsub("{(%w+)}", function(key) return value_of(key, pdu, note) end)
  return note
end

function proto.dissector(_, pinfo, tree)
  if not pinfo.visited then
    local pdus = { skinny() }
    if #pdus > 0 then
      local session, found = stream().value, {}
      for _, info in ipairs(pdus) do
        found[#found + 1] = study(info.range, pinfo, session)
      end
      notes[pinfo.number] = found
    end
  end
  for _, note in ipairs(notes[pinfo.number] or {}) do
    local known = messages[note.id]
    local branch = tree:add(proto, known[1])
    branch:add(f.device, note.device):set_generated()
    branch:add(f.phase, known[2]):set_generated()
    branch:add(f.message, known[1]):set_generated()
    branch:add(f.tip, note.tip):set_generated()
    if note.request_in then
      branch:add(f.request_in, note.request_in):set_generated()
      branch:add(f.response_time, note.response_time):set_generated()
    end
    if note.answer_in then branch:add(f.answer_in, note.answer_in):set_generated() end
  end
end

register_postdissector(proto)
