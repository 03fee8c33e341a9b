import { createHash } from 'node:crypto';
import type { ServerName } from '../../model/ids.ts';
import { escapeToken } from '../../model/subject.ts';
import type { Topic } from '../../model/subject.ts';

/**
 * All names of one namespace. Those of queues carry a version: the arguments of a queue can't be changed, so that another kind of queue needs another
 * name. They are what the permissions in `deploy/rabbitmq-permissions.sh` speak of.
 */
export type Names = {
  /** Stream: what the log is, and how far it was trimmed. */
  readonly log: string;
  readonly trims: string;
  /** Topic exchange that leads to the log; whoever wants to hear records binds a queue of its own to it. */
  readonly events: string;
  /** Exists when the log was made whole. */
  readonly made: string;
  /** Held by who makes the log, and by who trims it. */
  readonly lock: string;
  /** Direct exchange to the inboxes, by the server's token. */
  readonly inboxes: string;
  readonly bus: string;
  /** Routing key of a record: `<namespace>.events.<dag>.<run>`; and the pattern of them all. */
  record(topic: Topic): string;
  readonly allRecords: string;
  inboxKey(server: ServerName): string;
  inbox(server: ServerName): string;
  /** Queues of one process, for what it hears on the bus and for what it missed there. */
  ear(id: string): string;
  gaps(id: string): string;
};

/** AMQP's bound on names and keys is 255 bytes; so long may a token be, of which a key has few. */
const TOKEN_MAX_LENGTH = 60;
const HASH_LENGTH = 16;

export function namesOf(namespace: string): Names {
  const own = shortToken(escapeToken(namespace));
  const inboxKey = (server: ServerName): string => shortToken(escapeToken(server));
  return {
    log: `${own}.log.v1`,
    trims: `${own}.trims.v1`,
    events: `${own}.events`,
    made: `${own}.log.v1.made`,
    lock: `${own}.lock`,
    inboxes: `${own}.inbox`,
    bus: `${own}.bus`,
    record: ({ dag, run }) => `${own}.events.${shortToken(dag)}.${shortToken(run)}`,
    allRecords: `${own}.events.#`,
    inboxKey,
    inbox: (server) => `${own}.inbox.${inboxKey(server)}.v1`,
    ear: (id) => `${own}.bus.${id}`,
    gaps: (id) => `${own}.bus.${id}.gaps`,
  };
}

/** A token of bounded length, the same for the same one; `~` is in no token. */
export function shortToken(token: string): string {
  if (token.length <= TOKEN_MAX_LENGTH) return token;
  const hash = createHash('sha256').update(token).digest('hex').slice(0, HASH_LENGTH);
  return `${token.slice(0, TOKEN_MAX_LENGTH - HASH_LENGTH - 1)}~${hash}`;
}
