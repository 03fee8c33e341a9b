import type { DagName } from './ids.ts';

export const NOTICE_KINDS = ['failed', 'recovered'] as const;
/** A run failed; or one succeeded, and the one of that dag that ended before it had failed. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Where messages about runs go: an entry of `notify` in `dagtop.yaml`. */
export type NotifyTarget = {
  /** `https:`, or `http:` to this machine. */
  readonly url: string;
  readonly on: readonly NoticeKind[];
  /** Undefined: all. */
  readonly dags: readonly DagName[] | undefined;
  /** Signs the messages; read for each one, so that it can be replaced. */
  readonly secretFile: string;
  /** Certificates to trust besides the usual ones (PEM). */
  readonly caFile: string | undefined;
  /** Whether it may stand in a private network. */
  readonly allowsPrivate: boolean;
};

/** Whether the host of a URL is this machine by its name alone, without asking anybody. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
