// What script/test tells the tests about the stack they talk to. A missing value stops the suite with
// a line that names it.

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests through script/test`);
  return value;
}

export const base = new URL(need("CAREDESK_TEST_URL"));
export const plainBase = new URL(need("CAREDESK_TEST_HTTP_URL"));
export const logins = JSON.parse(need("CAREDESK_TEST_LOGINS"));
export const roles = ["admin", "doctor", "nurse", "receptionist", "patient", "auditor", "service"];
export const deskRoles = ["admin", "doctor", "nurse", "receptionist"];
export const varDir = process.env.CAREDESK_TEST_VAR ?? "";
export const appDir = process.env.CAREDESK_TEST_APP ?? "";
export const psqlCommand = process.env.CAREDESK_TEST_PSQL ?? "";

// The account of a role: {role, email, password}; an account (support/account.js makes more) is itself.
export function account(role) {
  if (typeof role === "object") return role;
  const found = logins.find((login) => login.role === role);
  if (!found) throw new Error(`CAREDESK_TEST_LOGINS has no account for ${role}`);
  return found;
}
