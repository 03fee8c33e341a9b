import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { openStage } from '../support/conformance-stage.ts';
import type { Harness, Stage } from '../support/conformance-stage.ts';
import { busCases } from './bus-cases.ts';
import { faultCases } from './fault-cases.ts';
import { inboxCases } from './inbox-cases.ts';
import { logCases } from './log-cases.ts';
import { outageCases } from './outage-cases.ts';
import { poisonCases } from './poison-cases.ts';
import { processCases } from './process-cases.ts';
import { slowReaderCases } from './slow-reader-cases.ts';

/**
 * What every adapter must do, told against the port alone and run against a real server. An adapter's test file supplies the
 * harness: how its server starts, stops, restarts and is wiped; a case whose fault the harness can't make is skipped.
 *
 *     conformanceSuite('nats', { start, stop, url, open, restart, pause, resume, proxy, proxied, wipe });
 */
export function conformanceSuite(name: string, harness: Harness): void {
  describe(`the ${name} broker`, () => {
    let stage: Stage;
    beforeAll(() => harness.start());
    afterAll(() => harness.stop());
    beforeEach(() => {
      stage = openStage(harness);
    });
    afterEach(() => stage.strike());

    const current = (): Stage => stage;
    logCases(current);
    inboxCases(current);
    busCases(current);
    processCases(current);
    poisonCases(current);
    slowReaderCases(current, harness);
    faultCases(current, harness);
    outageCases(current, harness);
  });
}
