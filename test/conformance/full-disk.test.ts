import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { KAFKA } from '../../scripts/servers/kafka.ts';
import { NATS, NATS_NEWEST } from '../../scripts/servers/nats.ts';
import { RABBITMQ } from '../../scripts/servers/rabbitmq.ts';
import type { Recipe } from '../../scripts/servers/recipe.ts';
import { REDIS } from '../../scripts/servers/redis.ts';
import { openBroker } from '../../src/broker/open.ts';
import type { Broker } from '../../src/broker/port/port.ts';
import { CodedError } from '../../src/model/coded-error.ts';
import { appendSurely, range, read, record, until } from '../support/conformance-tools.ts';
import { isAtHand, startServer } from '../support/real-server.ts';
import type { RealServer } from '../support/real-server.ts';
import { SmallDisk } from '../support/small-disk.ts';

type Kind = {
  readonly recipe: Recipe;
  readonly diskMegabytes: number;
  readonly leftMegabytes: number;
  /** Takes appends again by itself when there is space. The others end, or must be ended: NATS 2.9 hangs, later ones store nothing more. */
  readonly recovers: boolean;
  readonly config: string;
};

const KINDS: readonly Kind[] = [
  { recipe: NATS, diskMegabytes: 48, leftMegabytes: 0, recovers: false, config: '' },
  { recipe: NATS_NEWEST, diskMegabytes: 48, leftMegabytes: 0, recovers: false, config: '' },
  { recipe: REDIS, diskMegabytes: 48, leftMegabytes: 0, recovers: false, config: '' },
  // It stops taking before the end, and looks every ten seconds at most.
  {
    recipe: RABBITMQ,
    diskMegabytes: 256,
    leftMegabytes: 24,
    recovers: true,
    config: 'disk_free_limit.absolute = 32MB',
  },
  { recipe: KAFKA, diskMegabytes: 256, leftMegabytes: 0, recovers: false, config: '' },
];
const LONG = { timeout: 400_000 };
const BODY_BYTES = 50_000;
const PAUSE_MS = 100;
const APPENDS_MAX = 300;

const isThere = ({ recipe }: Kind): boolean =>
  recipe === NATS_NEWEST ? recipe.find() !== undefined : isAtHand(recipe);

describe('a full disk', () => {
  let disk: SmallDisk | undefined;
  let server: RealServer | undefined;
  const brokers: Broker[] = [];
  const open = async (url: string): Promise<Broker> => {
    const broker = await openBroker(url, { namespace: 'dag' });
    brokers.push(broker);
    return broker;
  };
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
    await server?.stop();
    await disk?.unmount();
    [server, disk] = [undefined, undefined];
  });

  const cases = KINDS.filter(isThere);
  it.for(cases)(
    'under $recipe.name refuses appends, and nothing that was taken is lost',
    LONG,
    async (kind, { skip }) => {
      disk = await SmallDisk.mount(kind.diskMegabytes);
      if (disk === undefined) return skip('this login may not mount a small disk');
      server = await startServer(kind.recipe, { folder: disk.folder, config: kind.config });
      const broker = await open(server.url);
      let taken = 0;
      const append = async (): Promise<void> => {
        await broker.log.append([record(`${taken} `.padEnd(BODY_BYTES))]);
        taken += 1;
      };
      for (const _ of range(20)) await append();
      await disk.fill(kind.leftMegabytes);
      let refusal: unknown;
      while (refusal === undefined && taken < APPENDS_MAX) {
        await append().catch((error: unknown) => (refusal = error));
        await pause(PAUSE_MS);
      }
      expect(refusal).toBeInstanceOf(CodedError);
      expect(['unavailable', 'broker_refused']).toContain((refusal as CodedError).code);

      await disk.free();
      if (!kind.recovers) await server.restart('kill');
      await appendSurely(broker, [record('after')], 120_000);
      const reading = await read(await open(server.url));
      await until('what came after', () => reading.bodies.includes('after'), 60_000);
      const numbers = new Set(
        reading.bodies.map((body) => Number.parseInt(body)).filter((number) => number >= 0),
      );
      // What was refused may have been stored.
      expect([...numbers].slice(0, taken)).toEqual(range(taken));
      expect(numbers.size).toBeLessThanOrEqual(taken + 1);
    },
  );
});
