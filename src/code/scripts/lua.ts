import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

const line = `local judge_line = {}
do
  local out, inp, err, format, pairs, type, kind, concat = io.stdout, io.stdin, io.stderr, string.format, pairs, type, math.type, table.concat
  local tostring, tonumber, error, pcall, select, pack, unpack, char, exit = tostring, tonumber, error, pcall, select, table.pack, table.unpack, utf8.char, os.exit
  local encode
  local function list(values, n)
    local parts = {}
    for i = 1, n do parts[i] = encode(values[i]) end
    return "[" .. concat(parts, ",") .. "]"
  end
  local function quoted(text)
    return '"' .. text:gsub('[%c"\\\\\\127]', function(c) return format("\\\\u%04x", c:byte()) end) .. '"'
  end
  function encode(value)
    if value == nil then return "null" end
    if type(value) == "boolean" then return tostring(value) end
    if type(value) == "string" then return quoted(value) end
    if kind(value) == "integer" then return format("%d", value) end
    if kind(value) == "float" then
      if value ~= value then return '{"$f":"nan"}' end
      if value == 1/0 or value == -1/0 then return value > 0 and '{"$f":"inf"}' or '{"$f":"-inf"}' end
      local text = format("%.17g", value)
      return text:find("[.e]") and text or text .. ".0"
    end
    if type(value) ~= "table" then return '{"$o":' .. quoted(type(value)) .. "}" end
    local count, n = 0, #value
    for _ in pairs(value) do count = count + 1 end
    if count == n then return list(value, n) end
    local rows = {}
    for key, one in pairs(value) do rows[#rows + 1] = "[" .. encode(key) .. "," .. encode(one) .. "]" end
    return '{"$t":[' .. concat(rows, ",") .. "]}"
  end
  local function decode(text)
    local at = 1
    local value
    local function string_at()
      local stop = text:find('"', at + 1, true)
      local found = text:sub(at + 1, stop - 1):gsub("\\\\u(%x%x%x%x)", function(c) return char(tonumber(c, 16)) end)
      at = stop + 1
      return found
    end
    function value()
      local c = text:sub(at, at)
      if c == '"' then return string_at() end
      if c == "[" then
        local all, n = {}, 0
        at = at + 1
        while text:sub(at, at) ~= "]" do
          n = n + 1
          all[n] = value()
          if text:sub(at, at) == "," then at = at + 1 end
          if at > #text then error("cut") end
        end
        at = at + 1
        return all, n
      end
      if c == "{" then
        at = at + 1
        local key = string_at()
        at = at + 1
        local inside = value()
        at = at + 1
        if key == "$f" then return inside == "inf" and 1/0 or inside == "-inf" and -1/0 or 0/0 end
        if key ~= "$t" then return inside end
        local made = {}
        for _, row in ipairs(inside) do made[row[1]] = row[2] end
        return made
      end
      local word = text:match("^[%w%.%+%-]+", at)
      at = at + #word
      if word == "null" then return nil elseif word == "true" then return true elseif word == "false" then return false end
      return tonumber(word)
    end
    return value()
  end
  function judge_line.ask(...)
    out:write(list({...}, select("#", ...)), "\\n")
    out:flush()
    local text = inp:read("l")
    local fine, reply = pcall(decode, text or "")
    if text == nil or not fine or type(reply) ~= "table" then err:write("${endedMark}\\n") exit(98) end
    if reply[1] == "e" then error("${raisedMark} " .. tostring(reply[2]), 0) end
    return reply[2]
  end
  function judge_line.serve(called)
    for text in inp:lines("l") do
      local given, n = decode(text)
      local found = pack(pcall(called, unpack(given, 1, n)))
      if found[1] then out:write('["v",', encode(found[2]), "]\\n") else out:write('["e",', quoted(tostring(found[2])), "]\\n") end
      out:flush()
    end
  end
  print = function(...)
    local parts = pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    err:write(concat(parts, "\\t"), "\\n")
  end
  io.write = function(...) err:write(...) return err end
  io.stdout = err
end
`;

/** What tests use of luaunit. */
const luaunit = `package.preload["luaunit"] = function()
  local lu = { LuaUnit = {} }
  local function same(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then return a == b end
    for key, value in pairs(a) do if not same(value, b[key]) then return false end end
    for key in pairs(b) do if a[key] == nil then return false end end
    return true
  end
  local function check(holds, text) if not holds then error("assertion failed: " .. text, 2) end end
  function lu.assertEquals(a, b) check(same(a, b), "the values are not equal") end
  function lu.assertNotEquals(a, b) check(not same(a, b), "the values are equal") end
  function lu.assertAlmostEquals(a, b, margin) check(math.abs(a - b) <= (margin or 1e-12), "the values are not close") end
  function lu.assertTrue(a) check(a == true, "it is not true") end
  function lu.assertFalse(a) check(a == false, "it is not false") end
  function lu.assertNil(a) check(a == nil, "it is not nil") end
  function lu.assertNotNil(a) check(a ~= nil, "it is nil") end
  function lu.assertError(f, ...) check(not pcall(f, ...), "nothing was raised") end
  lu.assert_equals, lu.assertItemsEquals, lu.assertIsTrue, lu.assertIsFalse = lu.assertEquals, lu.assertEquals, lu.assertTrue, lu.assertFalse
  function lu.LuaUnit.run()
    local failed, names = 0, {}
    for name, value in pairs(_G) do if type(name) == "string" and name:lower():find("^test") then names[#names + 1] = name end end
    table.sort(names)
    local function try(f, ...)
      local fine, text = pcall(f, ...)
      if not fine then failed = failed + 1 io.stderr:write(tostring(text), "\\n") end
    end
    for _, name in ipairs(names) do
      local value = _G[name]
      if type(value) == "function" then try(value)
      elseif type(value) == "table" then
        for key, one in pairs(value) do if type(one) == "function" and key:lower():find("^test") then
          if value.setUp then try(value.setUp, value) end
          try(one, value)
        end end
      end
    end
    return failed
  end
  lu.run = lu.LuaUnit.run
  return lu
end
`;

export const luaHalves: ScriptHalves = {
  driver: (before, name, tests) =>
    `${line}${luaunit}${before}\nfunction ${name}(...) return judge_line.ask(...) end\n${tests}\n`,
  subject: (program, name) =>
    `${line}do\n  local judge = judge_line\n  judge_serve = judge.serve\nend\n${program}\njudge_serve(${name})\n`,
};
