import { useDeferredValue, useState } from 'react';
import type { NodeDetail } from '../../api/contract/runs.ts';
import { sanitizeText } from '../../graph/text.ts';
import { NODE_STATES, nodeLook } from '../../view/look.ts';
import type { NodeState } from '../../model/state.ts';
import type { RunModel } from '../data/run-model.ts';
import { NodeBadge } from '../parts/state-badge.tsx';
import { Span } from '../parts/time.tsx';

type Props = {
  readonly model: RunModel;
  readonly counts: readonly { readonly state: NodeState; readonly count: number }[];
  readonly nowMs: number;
  readonly chosen: string | undefined;
  readonly onChoose: (node: string) => void;
};

/** The nodes as a list, what needs a look first. */
export function NodeTable({ model, counts, nowMs, chosen, onChoose }: Props) {
  const [text, setText] = useState('');
  const [state, setState] = useState<NodeState>();
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const rank = new Map(NODE_STATES.map((one, at) => [one, at]));
  const nodes = model.nodes
    .filter(
      (node) => (state === undefined || node.state === state) && node.node.toLowerCase().includes(wanted),
    )
    .sort((a, b) => (rank.get(a.state) ?? 0) - (rank.get(b.state) ?? 0));
  return (
    <>
      <div className="filters">
        <label className="field field-grow">
          <span>Name</span>
          <input type="search" value={text} onChange={({ target }) => setText(target.value)} />
        </label>
        <StateChips counts={counts} state={state} onState={setState} />
      </div>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Node</th>
              <th scope="col">Why</th>
              <th scope="col" className="wide-only">
                Server
              </th>
              <th scope="col" className="end">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <Row
                key={node.node}
                node={node}
                nowMs={nowMs}
                isChosen={node.node === chosen}
                onChoose={onChoose}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

type RowProps = {
  readonly node: NodeDetail;
  readonly nowMs: number;
  readonly isChosen: boolean;
  readonly onChoose: (node: string) => void;
};

function Row({ node, nowMs, isChosen, onChoose }: RowProps) {
  const attempt = node.attempts.at(-1);
  return (
    <tr className={isChosen ? 'is-chosen' : undefined}>
      <td>
        <NodeBadge state={node.state} />
      </td>
      <td className="name-cell">
        <button type="button" className="link-button" onClick={() => onChoose(node.node)}>
          {sanitizeText(node.node)}
        </button>
      </td>
      <td className="why-cell" title={sanitizeText(node.reason)}>
        {sanitizeText(node.reason)}
      </td>
      <td className="wide-only">
        {attempt === undefined ? null : (
          <>
            {sanitizeText(attempt.server)}
            {attempt.attempt > 1 ? <span className="muted"> #{attempt.attempt}</span> : null}
          </>
        )}
      </td>
      <td className="end">
        <Span from={attempt?.startedAt} to={attempt?.finishedAt} nowMs={nowMs} />
      </td>
    </tr>
  );
}

type ChipsProps = Pick<Props, 'counts'> & {
  readonly state: NodeState | undefined;
  readonly onState: (state: NodeState | undefined) => void;
};

/** One state alone, or all. */
function StateChips({ counts, state, onState }: ChipsProps) {
  return (
    <fieldset className="chips" aria-label="State">
      {counts.map((count) => {
        const look = nodeLook(count.state);
        const isOn = state === count.state;
        return (
          <button
            key={count.state}
            type="button"
            className={`chip tone-${look.tone}`}
            aria-pressed={isOn}
            onClick={() => onState(isOn ? undefined : count.state)}
          >
            <span aria-hidden="true">{look.glyph} </span>
            {look.word} {count.count}
          </button>
        );
      })}
    </fieldset>
  );
}
