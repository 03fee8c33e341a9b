import { messageCodec } from '../broker/port/codec.ts';
import type { Broker, Unsubscribe } from '../broker/port/port.ts';
import type { ServerName } from '../model/ids.ts';
import { agentHeartbeat } from '../model/message.ts';
import type { AgentHeartbeat } from '../model/message.ts';
import { subjects } from '../model/subject.ts';

export type Heard = { readonly heartbeat: AgentHeartbeat; readonly receivedMs: number };

const codec = messageCodec(agentHeartbeat);

/** Keeps the newest heartbeat of each server in `heard`, asking all agents for one at once. */
export async function listenToAgents(
  broker: Broker,
  heard: Map<ServerName, Heard>,
  onHeard: () => void,
): Promise<Unsubscribe> {
  const end = await broker.bus.subscribe(subjects.allAgentHeartbeats, {
    onMessage: ({ body }) => {
      const heartbeat = codec.decode(body);
      if (heartbeat === undefined) return;
      heard.set(heartbeat.server, { heartbeat, receivedMs: Date.now() });
      onHeard();
    },
  });
  broker.bus.publish(subjects.whoWorks, new Uint8Array());
  return end;
}

/** The heartbeats of all agents that answer: returns when all of `expected` did, or after `patienceMs`. */
export async function askAgents(
  broker: Broker,
  expected: readonly ServerName[],
  patienceMs = 1_500,
): Promise<ReadonlyMap<ServerName, Heard>> {
  const heard = new Map<ServerName, Heard>();
  if (expected.length === 0) return heard;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    void listenToAgents(broker, heard, () => {
      if (!expected.every((server) => heard.has(server))) return;
      clearTimeout(timer);
      resolve();
    });
  });
  return heard;
}
