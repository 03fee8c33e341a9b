import { useState } from 'react';
import type { AuditPage as AuditAnswer } from '../../api/contract/history.ts';
import { sanitizeText } from '../../graph/text.ts';
import { useLive, useNow, useSession } from '../data/session.ts';
import { Link } from '../parts/link.tsx';
import { Await, Empty } from '../parts/notice.tsx';
import { Moment } from '../parts/time.tsx';
import { runRoute } from '../routes/route.ts';

const STEP = 50;
const SHOWN_MAX = 200;

/** What operators did, newest first. */
export function AuditPage() {
  const { client } = useSession();
  const [limit, setLimit] = useState(STEP);
  const nowMs = useNow(10_000);
  const audit = useLive<AuditAnswer>(
    `audit ${limit}`,
    (signal) => client.call('listAudit', { query: { limit } }, { signal }),
    {
      on: ({ by }) => by.startsWith('api:') || by.startsWith('cli:'),
      everyMs: 2_000,
    },
  );
  return (
    <>
      <div className="page-head">
        <h1>Audit</h1>
      </div>
      <Await of={audit}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty title="Nobody has done anything yet" />
            ) : (
              <Records items={items} nowMs={nowMs} />
            )}
            {nextCursor === undefined || limit >= SHOWN_MAX ? null : (
              <button type="button" className="button more" onClick={() => setLimit(limit + STEP)}>
                Show earlier ones
              </button>
            )}
          </>
        )}
      </Await>
    </>
  );
}

function Records({ items, nowMs }: { readonly items: AuditAnswer['items']; readonly nowMs: number }) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {items.map((record) => (
            <tr key={record.position} className={record.refused === undefined ? undefined : 'muted'}>
              <td>
                <Moment at={record.at} nowMs={nowMs} />
              </td>
              <td>{sanitizeText(record.by)}</td>
              <td>
                {sanitizeText(record.type)}
                {record.refused === undefined ? null : <> – refused: {sanitizeText(record.refused)}</>}
              </td>
              <td>
                {record.server === undefined ? null : sanitizeText(record.server)}
                {record.dag === undefined ? null : sanitizeText(record.dag)}
                {record.node === undefined ? null : ` ${sanitizeText(record.node)}`}
                {record.run === undefined ? null : (
                  <>
                    {' '}
                    <Link to={runRoute(record.run)}>{sanitizeText(record.run)}</Link>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
