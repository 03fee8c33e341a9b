import type { ProbeReport } from '../broker/port/port.ts';

/** `NATS 2.9.10 at 127.0.0.1:4222, 0.4 ms away; a power cut can lose …`. */
export function describeProbe({ server, version, durability, roundTripMs }: ProbeReport): string {
  return `${server} ${version}, ${roundTripMs.toFixed(1)} ms away; ${durability}`;
}
