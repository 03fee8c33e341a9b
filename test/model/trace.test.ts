import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DagName, NodeName, RunId } from '../../src/model/ids.ts';
import {
  attemptSpanId,
  formatTraceparent,
  parseTraceparent,
  roundSpanId,
  traceOf,
} from '../../src/model/trace.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

function runOf(fields: { id?: string; dag?: string; triggeredMs?: number; traceparent?: string } = {}) {
  const { id = 'r1', dag = 'night', triggeredMs = 1_000, traceparent } = fields;
  return { id: id as RunId, dag: dag as DagName, triggeredMs, traceparent };
}

describe('a traceparent', () => {
  it('is read and written again', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true });
    expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, isSampled: true })).toBe(text);
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.isSampled).toBe(false);
  });

  it('of a later version counts by what is known of it', () => {
    expect(parseTraceparent(`01-${TRACE}-${SPAN}-03-more`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      isSampled: true,
    });
  });

  it.each([
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
  ])('%j is none', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe('the ids of a run', () => {
  it('are derived from what the log says of it, and so the same everywhere', () => {
    const trace = traceOf(runOf(), sha256);
    expect(trace).toEqual(traceOf(runOf(), sha256));
    expect(trace).toMatchObject({ isSampled: true, parentId: undefined });
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('differ by run, dag, time, node, attempt and round', () => {
    const traces = [runOf(), runOf({ id: 'r2' }), runOf({ dag: 'day' }), runOf({ triggeredMs: 1_001 })].map(
      (run) => traceOf(run, sha256),
    );
    expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(4);
    const { traceId, spanId } = traceOf(runOf(), sha256);
    const attempt = (node: string, number: number): string =>
      attemptSpanId(traceId, { run: 'r1' as RunId, node: node as NodeName, attempt: number }, sha256);
    const ids = [
      spanId,
      attempt('A', 1),
      attempt('A', 2),
      attempt('B', 1),
      roundSpanId(traceId, 'r1', 2, sha256),
    ];
    expect(new Set(ids).size).toBe(5);
  });

  it('lie in the trace of whoever triggered it, below that span', () => {
    const one = traceOf(runOf({ traceparent: `00-${TRACE}-${SPAN}-00` }), sha256);
    expect(one).toMatchObject({ traceId: TRACE, parentId: SPAN, isSampled: false });
    const other = traceOf(runOf({ id: 'r2', traceparent: `00-${TRACE}-${SPAN}-00` }), sha256);
    expect(other.spanId).not.toBe(one.spanId);
  });
});
