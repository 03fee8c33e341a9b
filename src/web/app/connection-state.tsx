import { sanitizeText } from '../../graph/text.ts';
import { useConnection, useNow, useSession } from '../data/session.ts';
import { clockText } from '../parts/time.tsx';

/** Whether what is shown is the present; where it is not, since when, and when it is tried again. */
export function ConnectionState() {
  const connection = useConnection();
  const { live } = useSession();
  const nowMs = useNow(1_000, connection.is === 'down');
  switch (connection.is) {
    case 'connecting':
      return (
        <p className="connection tone-waiting" role="status">
          <span aria-hidden="true">◌ </span>connecting
        </p>
      );
    case 'live':
      return (
        <p className="connection tone-good" role="status">
          <span aria-hidden="true">● </span>live
        </p>
      );
    case 'stale':
      return (
        <p
          className="connection connection-stale tone-bad"
          role="status"
          title={sanitizeText(connection.why)}
        >
          <span aria-hidden="true">✗ </span>STALE since {clockText(connection.sinceMs)}
          <span className="muted">: the server has lost its broker</span>
        </p>
      );
    case 'down': {
      const leftS = Math.max(0, Math.ceil((connection.retryMs - nowMs) / 1_000));
      return (
        <p className="connection connection-stale tone-bad" title={sanitizeText(connection.why)}>
          <span role="status">
            <span aria-hidden="true">✗ </span>STALE since {clockText(connection.sinceMs)}
          </span>
          <span className="numeric">{leftS === 0 ? ', reconnecting…' : `, reconnecting in ${leftS}s`}</span>
          <button type="button" className="button button-quiet" onClick={live.retryNow}>
            Now
          </button>
        </p>
      );
    }
  }
}
