import { EventTape } from '../../api/events/event-tape.ts';
import { startApi } from '../api-host.ts';
import type { ApiFlags } from '../api-place.ts';
import { createAccessLog, createLog } from '../log.ts';
import { EXIT } from '../output.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import type { BrokerFlags } from '../settings.ts';
import { untilSignal } from '../signals.ts';

/** The HTTP API, until a signal ends it. */
export function serve(options: BrokerFlags & ApiFlags): Promise<number> {
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
    log('info', `the API of ${session.brokerLabel} is at ${url}; a token for it is in ${tokenFile}`);
    try {
      const end = await Promise.race([untilSignal(), failed]);
      if (end instanceof Error) throw end;
      return EXIT.ok;
    } finally {
      await close();
    }
  };
  return withSession(options, work, tape);
}
