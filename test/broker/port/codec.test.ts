import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord, messageCodec } from '../../../src/broker/port/codec.ts';
import { hashFraction } from '../../../src/engine/retry.ts';
import type { LogEvent } from '../../../src/model/event.ts';
import { limits } from '../../../src/model/limits.ts';
import { agentHeartbeat } from '../../../src/model/message.ts';

const event = (id: string, fields: object = {}): object => ({
  id,
  atMs: 5,
  by: 'op:ann',
  type: 'run.paused',
  dag: 'd',
  run: 'r',
  ...fields,
});
const encode = (...events: object[]): Uint8Array => encodeRecord(events.map((item) => JSON.stringify(item)));

describe('a record', () => {
  it('is what was put in, and plain JSON for anyone who subscribes', () => {
    const events = [event('1'), event('2', { type: 'run.resumed' })];
    const body = encode(...events);
    expect(JSON.parse(Buffer.from(body).toString())).toEqual(events);
    expect(decodeRecord(body)).toEqual({ events, problems: [] });
  });

  it('is compressed when it is large, and refused when that does not help', () => {
    const nodes = Array.from({ length: 5_000 }, (_, at) => ({
      name: `node-${at}`,
      depends: [],
      env: {},
      retry: { limit: 0, intervalMs: 1, backoff: 1, maxIntervalMs: 1, jitter: 0 },
      triggerRule: 'all_success',
      maxLost: 0,
      priority: 0,
    }));
    const applied = {
      id: 'a',
      atMs: 1,
      by: 'x',
      type: 'dag.applied',
      hash: 'h',
      dag: { name: 'd', params: {}, env: {}, nodes },
    };
    const body = encode(applied);
    expect([body[0], body[1]]).toEqual([0x1f, 0x8b]);
    expect(body.length).toBeLessThan(limits.recordMaxBytes);
    expect(decodeRecord(body).events).toEqual([applied]);
    const noise = Array.from({ length: 400_000 }, (_, at) =>
      String.fromCharCode(33 + Math.floor(hashFraction(`${at}`) * 90)),
    ).join('');
    const incompressible = event('1', {
      type: 'attempt.finished',
      outcome: { is: 'succeeded', output: noise.repeat(4) },
    });
    expect(() => encode(incompressible)).toThrow(/passes the bound/);
  });

  it('with one event that is none gives the others, and says so', () => {
    const body = encode(
      event('1'),
      event('2', { atMs: 'yesterday' }),
      { type: 'made.up' },
      { type: '__proto__' },
      event('3'),
    );
    const { events, problems } = decodeRecord(body);
    expect(events.map((item: LogEvent) => item.id)).toEqual(['1', '3']);
    expect(problems).toEqual([
      'a malformed run.paused',
      'an event of unknown type',
      'an event of unknown type',
    ]);
  });

  it('that would expand without end is refused', () => {
    const bomb = gzipSync(Buffer.alloc(limits.recordInflatedMaxBytes + 1_000_000, ' '));
    expect(bomb.length).toBeLessThan(limits.recordMaxBytes);
    expect(decodeRecord(bomb)).toEqual({ events: [], problems: ['not a record'] });
  });

  it('of any bytes never throws', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => gzipSync(text)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        expect(decodeRecord(body).events).toEqual([]);
      }),
    );
  });
});

describe('a message', () => {
  const codec = messageCodec(agentHeartbeat);
  const heartbeat = {
    type: 'agent',
    server: 's',
    incarnation: 'i',
    atMs: 1,
    slots: 2,
    running: [],
    runningCount: 0,
    draining: false,
    version: '1',
  } as never;

  it('is what was sent, and nothing when it is another or none', () => {
    expect(codec.decode(codec.encode(heartbeat))).toEqual(heartbeat);
    expect(codec.decode(Buffer.from('{"type":"leader"}'))).toBeUndefined();
    expect(codec.decode(Buffer.from([0xff, 0xfe]))).toBeUndefined();
  });
});
