import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { StreamEvent } from '../../api/contract/events.ts';
import type { Role } from '../../api/contract/operation.ts';
import type { Me } from '../../api/contract/service.ts';
import type { Client } from '../../client/client.ts';
import type { Connection, LiveEvents } from './connection.ts';
import { Resource } from './resource.ts';
import type { Loaded } from './resource.ts';

/** Who looks, and what the page asks and hears. */
export type Session = {
  readonly client: Client;
  readonly live: LiveEvents;
  readonly me: Me;
  readonly signOut: () => void;
};

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('a page without a session');
  return session;
}

const RANKS: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Whether who looks has the role `role` or a higher one; what one may not do is not offered. */
export function useMay(role: Role): boolean {
  return RANKS[useSession().me.role] >= RANKS[role];
}

export function useConnection(): Connection {
  const { live } = useSession();
  return useSyncExternalStore(live.subscribe, () => live.state);
}

type Options = {
  /** Which events change it; without it none does. */
  readonly on?: (event: StreamEvent) => boolean;
  /** Between two requests at least; 250 ms, so at most four a second. */
  readonly everyMs?: number;
  /** Also without any event. */
  readonly pollMs?: number;
};

/**
 * What `load` yields, asked anew when an event of the stream says that it has changed, and after every gap of the stream. `key` names what is loaded:
 * another key is another value. `load` gets the value before.
 */
export function useLive<T>(
  key: string,
  load: (signal: AbortSignal, before: NoInfer<T> | undefined) => Promise<T>,
  { on, everyMs = 250, pollMs }: Options = {},
): Loaded<T> & { readonly refresh: () => void } {
  const { live } = useSession();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` says what `load` loads
  const resource = useMemo(() => new Resource(load, everyMs), [key, everyMs]);
  useEffect(() => {
    resource.open();
    const end = live.listen((event) => {
      if (event === 'anything' || on?.(event) === true) resource.refresh();
    });
    const timer = pollMs === undefined ? undefined : setInterval(resource.refresh, pollMs);
    return () => {
      end();
      clearInterval(timer);
      resource.close();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- as above
  }, [resource, live, pollMs]);
  const state = useSyncExternalStore(resource.subscribe, () => resource.state);
  return { ...state, refresh: resource.refresh };
}

/** The time, anew each `everyMs` while `isOn`; what is over needs none. */
export function useNow(everyMs: number, isOn = true): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (!isOn) return undefined;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isOn]);
  return nowMs;
}
