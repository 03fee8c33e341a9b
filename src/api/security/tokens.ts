import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ROLES } from '../contract/operation.ts';
import type { Role } from '../contract/operation.ts';

/** A token as it is kept: its hash alone, from which nobody gets the token back. */
export type StoredToken = {
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the token, in hex. The token has 256 random bits, so that nothing slower is needed. */
  readonly hash: string;
  readonly createdMs: number;
  readonly expiresMs?: number;
};

/** Who asks. */
export type Caller = { readonly name: string; readonly role: Role; readonly expiresMs: number | undefined };

/** Recognised by scanners of repositories, and by people. */
const PREFIX = 'dagtop_';
const TOKEN = /^dagtop_[\w-]{43}$/;

export function mintToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Whose token it is, or why nobody's. Looks at all of `stored`, however early one fits, and compares hashes in constant time. */
export function callerOf(
  token: string,
  stored: readonly StoredToken[],
  nowMs: number,
): Caller | 'unknown' | 'expired' {
  if (!TOKEN.test(token)) return 'unknown';
  const hash = Buffer.from(hashToken(token), 'hex');
  let found: StoredToken | undefined;
  for (const one of stored) {
    const other = Buffer.from(one.hash, 'hex');
    if (other.length === hash.length && timingSafeEqual(other, hash)) found = one;
  }
  if (found === undefined) return 'unknown';
  const { name, role, expiresMs } = found;
  return expiresMs !== undefined && expiresMs <= nowMs ? 'expired' : { name, role, expiresMs };
}

/** Whether `role` may do what `wanted` may. */
export function mayAct(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}
