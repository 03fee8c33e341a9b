import { describe, expect, it } from 'vitest';
import type { Broker } from '../../src/broker/port/port.ts';
import { LOG_START } from '../../src/model/ids.ts';
import { limits } from '../../src/model/limits.ts';
import type { Harness, Stage } from '../support/conformance-stage.ts';
import { range, record, until } from '../support/conformance-tools.ts';

const LONG = { timeout: 300_000 };
/** Handed over, waiting for it, and on the way: far below what is appended meanwhile. */
const IN_HAND_MAX_BYTES = 8 * limits.followBatchMaxBytes;
const APPENDED_BYTES = 105 * 1024 * 1024;
/** Many small records, and few near the bound. */
const SIZES = [3_500, 700_000];

/** A reader who stands still while much is appended. */
export function slowReaderCases(stage: () => Stage, harness: Harness): void {
  describe('a reader paused for long', () => {
    it.each(SIZES)('gets 105 MiB of records of %i bytes later, none missing', LONG, async (size) => {
      const writer = await stage().broker();
      const reader =
        harness.proxied === undefined
          ? await stage().broker()
          : await stage().adopt(harness.proxied(stage().namespace));
      const reading = await readHaltingly(reader);
      await writer.log.append([numbered(0, size)]);
      await until('the first record', () => reading.seen.length > 0);

      const count = Math.ceil(APPENDED_BYTES / size);
      const atOnce = Math.max(1, Math.floor(limits.followBatchMaxBytes / size));
      const cameBefore = harness.proxy?.().bytesToClients ?? 0;
      for (let at = 1; at < count; at += atOnce) {
        const numbers = range(Math.min(atOnce, count - at)).map((index) => at + index);
        await writer.log.append(numbers.map((number) => numbered(number, size)));
      }
      // All that left the server and was not dealt with is in the memory of this process.
      const cameBytes = (harness.proxy?.().bytesToClients ?? 0) - cameBefore;
      expect(reading.seen).toEqual([0]);
      expect(cameBytes).toBeLessThanOrEqual(IN_HAND_MAX_BYTES);

      reading.goOn();
      await until('all records', () => reading.seen.length >= count, 120_000);
      expect(reading.seen).toEqual(range(count));
      expect(reading.atOnceMax).toBeLessThanOrEqual(limits.followBatchMax);
      expect(reading.bytesAtOnceMax).toBeLessThanOrEqual(limits.followBatchMaxBytes);
    });
  });
}

const numbered = (number: number, size: number) => record(String(number).padEnd(size));

type Halting = { readonly seen: number[]; atOnceMax: number; bytesAtOnceMax: number; goOn(): void };

/** The numbers of the records, as they come; after the first batch it stands still until `goOn`. */
async function readHaltingly(broker: Broker): Promise<Halting> {
  const halt = Promise.withResolvers<void>();
  const told: Halting = { seen: [], atOnceMax: 0, bytesAtOnceMax: 0, goOn: halt.resolve };
  await broker.log.follow(LOG_START, {
    async onRecords(records) {
      told.atOnceMax = Math.max(told.atOnceMax, records.length);
      if (records.length > 1) {
        const bytes = records.reduce((sum, { body }) => sum + body.length, 0);
        told.bytesAtOnceMax = Math.max(told.bytesAtOnceMax, bytes);
      }
      for (const { body } of records) told.seen.push(Number(Buffer.from(body.subarray(0, 20)).toString()));
      await halt.promise;
    },
    onFault: (error) => expect.unreachable(error.message),
  });
  return told;
}
