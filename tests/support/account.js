// More accounts than the seed has, made by the database's superuser: for tests that disable one, count
// its sessions, or look at one hospital from another. Each has the password of the seeded account whose
// role it shares.
import { randomUUID } from "node:crypto";
import { account } from "./env.js";
import { literal, psql } from "./psql.js";

// A new account of this role, in the seeded hospital or in `hospital`.
export async function newAccount(role, { hospital } = {}) {
  const { email, password } = account(role);
  const id = randomUUID();
  const made = { role, email: `${role}-${id}@example.org`, password, id };
  await psql(`INSERT INTO caredesk.account (hospital_id, id, email, full_name, role, password_hash)
    SELECT ${hospital ?? "hospital_id"}, ${literal(id)}, ${literal(made.email)}, 'Test ' || full_name, role, password_hash
    FROM caredesk.account WHERE email = ${literal(email)};`);
  return made;
}

// A new hospital; returns its id.
export async function newHospital(name = "Other Hospital") {
  return Number(
    await psql(`INSERT INTO caredesk.hospital (name, country) VALUES (${literal(name)}, 'DE') RETURNING id;`),
  );
}
