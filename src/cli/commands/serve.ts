import { EventTape } from '../../api/events/event-tape.ts';
import { startApi } from '../api-host.ts';
import type { ApiFlags } from '../api-place.ts';
import { createAccessLog, createLog } from '../log.ts';
import { EXIT } from '../output.ts';
import { RecorderChild } from '../recorder-child.ts';
import { withSession } from '../session.ts';
import type { From } from '../../replica/beginning.ts';
import type { Opening, Session } from '../session.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { TelemetryHost } from '../telemetry.ts';

/** The HTTP API with the recorder of the history beside it, and traces and messages where they are configured, until a signal ends it. */
export function serve(options: BrokerFlags & HistoryFlags & ApiFlags): Promise<number> {
  const telemetry = new TelemetryHost(options.publicUrl);
  const tape = new EventTape();
  const work = async (session: Session): Promise<number> => {
    const log = createLog('serve');
    const failed = new Promise<Error>((resolve) => session.replica.listen({ onFault: resolve }));
    const { url, tokenFile, close } = await startApi(
      { session, tape },
      options,
      log,
      createAccessLog('serve'),
    );
    telemetry.start(log);
    const recorder = new RecorderChild(session.settings, log);
    recorder.start();
    log('info', `the API of ${session.brokerLabel} is at ${url}; a token for it is in ${tokenFile}`);
    try {
      const end = await Promise.race([untilSignal(), failed]);
      if (end instanceof Error) throw end;
      return EXIT.ok;
    } finally {
      await close();
      await telemetry.stop();
      await recorder.stop();
    }
  };
  const prepare = async (opening: Opening): Promise<From> => {
    await telemetry.prepare(opening);
    // Who asks the API, and what was not sent yet, may want what is long past.
    return 'oldest';
  };
  return withSession(options, work, tape, prepare);
}
