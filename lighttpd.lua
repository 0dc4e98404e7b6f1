-- lighttpd.lua - the errors that no worker could answer.
--
-- Runs as a response starts. An answer of a worker carries X-Request-Id and passes untouched, and so
-- does everything that is not an error. What is left: the workers are away, one died with the request
-- in hand, or lighttpd itself refused. Those are told in the words of the workers (src/base/err.def):
-- as the JSON failure envelope to programs, as a page to people. Nothing of the request is repeated.

local r = lighty.r
local status = r.req_item.http_status

-- As a request begins: its body is read first. An error that is told before the body is here would
-- cut the client short, and some (curl 7 over HTTP/2) then take it for a broken connection.
if status == 0 then
	local _ = r.req_body.collect
	return 0
end

if status < 400 or r.resp_header["X-Request-Id"] then
	return 0
end

-- Empty where lighttpd refused before it had read so far.
local path = (r.req_attr["request.uri"] or ""):match("^[^?]*")
local method = r.req_attr["request.method"] or ""
local is_safe = method == "GET" or method == "HEAD" or method == "OPTIONS"

-- What lighttpd's status means: status, code, name, message, heading of the page.
local unavailable = { 503, "UNAVAILABLE", "UnavailableError",
	"The system is not available for a moment. Nothing was saved. Please try again.",
	"One moment, please" }
local unknown_outcome = { 503, "UNAVAILABLE", "UnavailableError",
	"The connection broke while saving. Please look whether it was saved before you try again.",
	"One moment, please" }
local unreadable = { 400, "VALIDATION_ERROR", "ValidationError",
	"The request is not readable.", "This address is not readable" }
local wrong_method = { 405, "METHOD_NOT_ALLOWED", "MethodNotAllowedError",
	"This address does not answer that method.", "That does not work here" }
local not_found = { 404, "NOT_FOUND", "NotFoundError",
	"There is nothing at this address.", "Nothing here" }
local kinds = {
	[400] = unreadable,
	[403] = not_found, -- what may not be seen is not admitted to exist
	[404] = not_found,
	[405] = wrong_method,
	[408] = { 408, "VALIDATION_ERROR", "ValidationError",
		"The request took too long to arrive.", "That took too long" },
	[411] = { 411, "VALIDATION_ERROR", "ValidationError",
		"A POST must say how long its body is, also when there is none: Content-Length: 0 " ..
		"(with curl: -d '').", "The request is not readable" },
	[413] = { 413, "PAYLOAD_TOO_LARGE", "PayloadTooLargeError",
		"The request is too large.", "That is too much at once" },
	[414] = { 414, "URI_TOO_LONG", "UriTooLongError",
		"The address is too long.", "The address is too long" },
	[416] = { 416, "VALIDATION_ERROR", "ValidationError",
		"The range is not within the file.", "Nothing here" },
	[417] = unreadable,
	[421] = unreadable,
	[431] = { 431, "VALIDATION_ERROR", "ValidationError",
		"The headers of the request are too large.", "The request is too large" },
	[501] = wrong_method,
	[505] = unreadable,
	[503] = unavailable, -- no worker could be reached: the request went nowhere
}
local kind = kinds[status]
if r.req_attr["uri.scheme"] == "http" and status == 403 then
	kind = { 400, "VALIDATION_ERROR", "ValidationError",
		"This address only leads to HTTPS, and the request came without encryption. " ..
		"Use https, and change any password that was in it.", "Please use https" }
elseif kind == nil and status < 500 then
	kind = unreadable
elseif kind == nil then -- a worker died or fell silent: it may have saved before
	kind = is_safe and unavailable or unknown_outcome
elseif kind == not_found and not is_safe then
	kind = wrong_method -- /static/
end

-- The client's own id where it is a sane one, else a new UUIDv7.
local function request_id()
	local theirs = r.req_header["X-Request-Id"]
	if theirs and #theirs <= 64 and theirs:match("^[%w._-]+$") then
		return theirs
	end
	local seconds, nanoseconds = lighty.c.hrtime()
	local random = {}
	for i = 1, 5 do
		random[i] = lighty.c.rand() & 0xffff
	end
	local now = string.format("%012x", seconds * 1000 + nanoseconds // 1000000)
	return string.format("%s-%s-7%03x-%04x-%04x%04x%04x", now:sub(1, 8), now:sub(9, 12),
		random[1] & 0xfff, random[2] & 0x3fff | 0x8000, random[3], random[4], random[5])
end

local function timestamp()
	local seconds, nanoseconds = lighty.c.hrtime()
	return os.date("!%Y-%m-%dT%H:%M:%S", seconds) ..
		string.format(".%03dZ", nanoseconds // 1000000)
end

local function wants_json()
	if path == "" or path:match("^/api$") or path:match("^/api/") or path == "/health" or
	   path == "/ready" then
		return true
	end
	local accept = r.req_header["Accept"] or ""
	return accept:find("application/json", 1, true) and not accept:find("text/html", 1, true)
end

local id = request_id()

local function envelope()
	return string.format('{"success":false,"error":"%s","message":"%s","code":"%s",' ..
		'"timestamp":"%s","requestId":"%s","meta":{}}',
		kind[3], kind[4], kind[2], timestamp(), id)
end

local function page()
	local advice = ""
	if kind[1] == 503 then
		advice = '<p>What was saved before is safe. If you were filling in a form, what you typed is ' ..
			'still in your browser: wait a moment, then press Back, or reload this page.</p>\n'
	end
	return string.format([[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>%s · Caredesk</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/static/caredesk.css">
</head>
<body>
<main>
<div class="plain">
<p class="plain-code">%d</p>
<h1>%s</h1>
<p class="plain-text">%s</p>
%s<p class="actions"><a class="button" href="/">To the start page</a></p>
<p><small>Request %s</small></p>
</div>
</main>
</body>
</html>
]], kind[5], kind[1], kind[5], kind[4], advice, id)
end

local header = r.resp_header
header["X-Request-Id"] = id
header["Cache-Control"] = "no-store"
header["ETag"] = nil
header["Last-Modified"] = nil
header["Content-Length"] = nil
header["X-Content-Type-Options"] = "nosniff"
header["X-Frame-Options"] = "DENY"
header["Referrer-Policy"] = "no-referrer"
header["Cross-Origin-Resource-Policy"] = "same-origin"
header["Content-Security-Policy"] =
	"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
if r.req_attr["uri.scheme"] == "https" then
	header["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
end
if kind[1] == 503 then
	header["Retry-After"] = "2"
elseif kind[1] == 405 and not header["Allow"] then
	header["Allow"] = path:match("^/static/") and "GET, HEAD" or "GET, HEAD, POST, PUT, PATCH, DELETE"
end
if wants_json() then
	header["Content-Type"] = "application/json; charset=utf-8"
	r.resp_body.set(envelope())
else
	header["Content-Type"] = "text/html; charset=utf-8"
	r.resp_body.set(page())
end
return kind[1]
