// What every answer of the API must look like.
import assert from "node:assert/strict";

const stamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function meta(reply) {
  const { json, headers } = reply;
  assert.match(json.timestamp, stamp);
  assert.equal(typeof json.requestId, "string");
  assert.equal(json.requestId, headers["x-request-id"], "requestId is the X-Request-Id header");
}

// Asserts a success and returns its data.
export function succeeded(reply, status = 200) {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.json?.success, true, reply.text);
  assert.equal(typeof reply.json.message, "string");
  assert.ok(reply.json.message.length > 0, "a success has a message");
  assert.ok("data" in reply.json, "a success has data");
  meta(reply);
  assert.equal(typeof reply.json.meta.processingTime, "number");
  assert.deepEqual(
    Object.keys(reply.json).filter(
      (name) => !["success", "message", "data", "timestamp", "requestId", "meta"].includes(name),
    ),
    [],
  );
  return reply.json.data;
}

// Asserts a failure with this status and code (or one of several codes) and returns the body.
export function failed(reply, status, code) {
  assert.equal(reply.status, status, `${reply.status} instead of ${status}: ${reply.text.slice(0, 500)}`);
  assert.match(reply.headers["content-type"] ?? "", /^application\/json/, reply.text.slice(0, 500));
  const { json } = reply;
  assert.equal(json.success, false);
  assert.ok([code].flat().includes(json.code), `${json.code} instead of ${code}: ${reply.text.slice(0, 500)}`);
  assert.match(json.error, /^[A-Z][A-Za-z]+Error$/);
  assert.equal(typeof json.message, "string");
  assert.ok(json.message.length > 0, "a failure has a message");
  meta(reply);
  if ("details" in json) {
    assert.ok(Array.isArray(json.details) && json.details.length > 0, "details only where there are some");
    for (const detail of json.details) {
      assert.equal(typeof detail.field, "string", JSON.stringify(detail));
      assert.match(detail.code, /^[A-Z][A-Z_]*$/);
      assert.ok(detail.message.length > 0);
    }
  }
  discreet(reply.text);
  return json;
}

// The wrong fields a refusal names, sorted.
export function wrongFields(reply) {
  return failed(reply, 400, "VALIDATION_ERROR")
    .details.map((detail) => detail.field)
    .sort();
}

// An answer says nothing of how we are made.
export function discreet(text) {
  assert.doesNotMatch(
    text,
    /SQLSTATE|syntax error at|libpq|PG::|pg_catalog|SELECT .* FROM|INSERT INTO|\.c:\d+|\/(?:usr|etc|home|work|var)\//i,
  );
}
