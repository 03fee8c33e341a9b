import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sseMessages } from '../../src/client/sse.ts';
import type { SseMessage } from '../../src/client/sse.ts';

async function read(pieces: readonly (string | Uint8Array)[]) {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });
  const found: (SseMessage | undefined)[] = [];
  for await (const message of sseMessages(stream)) found.push(message);
  return found;
}

describe('a stream of events', () => {
  it('is read by its lines: event, id and several lines of data', async () => {
    expect(await read(['event: gap\nid: 7\ndata: {"a":\ndata: 1}\n\n'])).toEqual([
      { event: 'gap', data: '{"a":\n1}', id: '7' },
    ]);
  });

  it('keeps the last id for those that name none, and takes comments as a sign of life', async () => {
    expect(await read(['id: 7\ndata: a\n\n', ': still here\n\n', 'data: b\n\n'])).toEqual([
      { event: 'message', data: 'a', id: '7' },
      undefined,
      { event: 'message', data: 'b', id: '7' },
    ]);
  });

  it('leaves out what has no end', async () => {
    expect(await read(['data: a\n\ndata: b\n'])).toEqual([{ event: 'message', data: 'a', id: undefined }]);
  });

  it('reads the same however it is cut, within a character too', async () => {
    const bytes = new TextEncoder().encode('event: é\r\ndata: ✓ done\r\n\r\n: x\n\nid: 2\ndata: z\n\n');
    const whole = await read([bytes]);
    expect(whole).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await read(pieces)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it('does not gather a message without end', async () => {
    await expect(read(['data: ', 'x'.repeat(9 * 1024 * 1024)])).rejects.toThrow('no end');
  });
});
