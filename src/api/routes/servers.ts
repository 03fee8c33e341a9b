import { serverAnswers } from '../answers/server.ts';
import type { Backing } from '../backing.ts';
import type { Handlers } from '../handlers.ts';

export function serverHandlers({ replica, heartbeats, clock }: Backing): Handlers<'listServers'> {
  return {
    listServers: () => ({ items: serverAnswers(replica.state, heartbeats, clock.nowMs()) }),
  };
}
