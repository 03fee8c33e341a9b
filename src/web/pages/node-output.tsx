import type { Attempt } from '../../api/contract/runs.ts';
import { useLive, useSession } from '../data/session.ts';
import { byteText } from '../parts/byte-text.ts';
import { Await, Empty } from '../parts/notice.tsx';
import { linesOf } from './node-facts.tsx';

type Props = { readonly run: string; readonly node: string; readonly attempt: Attempt | undefined };

/** What an attempt hands on to the nodes after it. */
export function NodeOutput({ run, node, attempt }: Props) {
  if (attempt?.outputBytes === undefined)
    return (
      <Empty
        title={
          attempt?.outcome === undefined
            ? 'It hands on what it prints when it has succeeded'
            : 'It handed nothing on'
        }
      />
    );
  if (attempt.output !== undefined) return <Output value={attempt.output} bytes={attempt.outputBytes} />;
  return <LargeOutput run={run} node={node} number={attempt.attempt} bytes={attempt.outputBytes} />;
}

type LargeProps = {
  readonly run: string;
  readonly node: string;
  readonly number: number;
  readonly bytes: number;
};

/** Of a whole run, large outputs are left out. */
function LargeOutput({ run, node, number, bytes }: LargeProps) {
  const { client } = useSession();
  const detail = useLive(`node ${run} ${node} ${number}`, (signal) =>
    client.call('getNode', { params: { run, node } }, { signal }),
  );
  return (
    <Await of={detail}>
      {({ attempts }) => (
        <Output value={attempts.find((one) => one.attempt === number)?.output} bytes={bytes} />
      )}
    </Await>
  );
}

function Output({ value, bytes }: { readonly value: unknown; readonly bytes: number }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  return (
    <figure className="output">
      <figcaption className="muted">
        {typeof value === 'string' ? 'text' : 'JSON'}, {byteText(bytes)}
      </figcaption>
      <pre tabIndex={0}>{linesOf(text ?? '')}</pre>
    </figure>
  );
}
