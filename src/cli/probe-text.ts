import type { ProbeReport } from '../broker/port/port.ts';

/** `nats-server at 127.0.0.1:4222, version 2.9.10, answers in 0.4 ms`. */
export function describeServer({ server, version, roundTripMs }: ProbeReport): string {
  return `${server}, version ${version}, answers in ${roundTripMs.toFixed(1)} ms`;
}
