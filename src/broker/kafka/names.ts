import { createHash } from 'node:crypto';
import type { ServerName } from '../../model/ids.ts';
import { escapeToken } from '../../model/subject.ts';

/** The topics of one namespace. */
export type Names = {
  readonly events: string;
  readonly bus: string;
  /** The topic of a server's inbox, and the group of those who receive from it. */
  inbox(server: ServerName): string;
};

/** Kafka takes 249 characters; two tokens and the words between them stay below. */
const TOKEN_MAX_LENGTH = 100;
const HEAD_LENGTH = 60;
const HASH_LENGTH = 32;

/** The topics of a namespace: `<namespace>.events`, `<namespace>.bus`, `<namespace>.inbox.<server>`. */
export function namesOf(namespace: string): Names {
  const token = topicToken(namespace);
  return {
    events: `${token}.events`,
    bus: `${token}.bus`,
    inbox: (server) => `${token}.inbox.${topicToken(server)}`,
  };
}

/**
 * Kafka knows no `=`, so `_` escapes: `__` is `_`, `_XX` the byte XX. It also takes `a.b` and `a_b` for the same name; `_` and a small letter is in no token, so that
 * the words between tokens stay where they are even then. An empty token is `_n`, a long one is cut, and `_h` and its hash follow.
 */
function topicToken(text: string): string {
  const token = escapeToken(text).replaceAll('_', '__').replaceAll('=', '_').replace(/^_$/, '_n');
  if (token.length <= TOKEN_MAX_LENGTH) return token;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
  // No half of an escape before it.
  return `${token.slice(0, HEAD_LENGTH).replace(/_+[0-9A-F]?$/, '')}_h${hash}`;
}
