import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Address } from './address.ts';

const HELLO = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);
/** Of frame and method, and the two bytes of the protocol's version before the table. */
const TABLE_AT = 7 + 4 + 2;
const FRAME_MAX_BYTES = 64 * 1024;
const WAIT_MS = 5_000;

/**
 * What a server says of itself before any login: `product`, `version`, `cluster_name` …, texts alone. The client keeps none of it. Rejects when nobody
 * answers, or not with that.
 */
export async function readServerProperties({ hosts, tls }: Address): Promise<ReadonlyMap<string, string>> {
  const [first] = hosts;
  if (first === undefined) throw new Error('no host');
  const place = { host: first.hostname, port: first.port };
  const socket = tls === undefined ? connect(place) : connectTls({ ...place, ...tls });
  socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('timed out')));
  try {
    socket.write(HELLO);
    let heard = Buffer.alloc(0);
    for await (const chunk of socket) {
      heard = Buffer.concat([heard, chunk as Buffer]);
      if (heard.length >= 7 && heard.length >= 7 + heard.readUInt32BE(3)) break;
      if (heard.length > FRAME_MAX_BYTES) break;
    }
    return readTable(heard.subarray(TABLE_AT));
  } finally {
    socket.destroy();
  }
}

/** The texts of a table; reads on over tables and flags, and ends at anything else. */
function readTable(data: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  const end = 4 + data.readUInt32BE(0);
  let at = 4;
  while (at < end) {
    const nameEnd = at + 1 + data.readUInt8(at);
    const name = data.toString('utf8', at + 1, nameEnd);
    const kind = String.fromCharCode(data.readUInt8(nameEnd));
    at = nameEnd + 1;
    if (kind === 't') {
      at += 1;
      continue;
    }
    if (kind !== 'S' && kind !== 'F') break;
    const valueEnd = at + 4 + data.readUInt32BE(at);
    if (kind === 'S') found.set(name, data.toString('utf8', at + 4, valueEnd));
    at = valueEnd;
  }
  return found;
}
