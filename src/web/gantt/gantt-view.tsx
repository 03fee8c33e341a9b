import { memo, useMemo, useState } from 'react';
import type { Server } from '../../api/contract/servers.ts';
import { durationText } from '../../view/duration.ts';
import { nodeLook } from '../../view/look.ts';
import { timelineOf } from '../../view/timeline.ts';
import type { TimelineRow } from '../../view/timeline.ts';
import { waitsOf } from '../../view/waits.ts';
import type { RunModel } from '../data/run-model.ts';
import { worldOf } from '../data/world.ts';
import { axisOf, stripsOf, TRACK_WIDTH } from './geometry.ts';
import type { Axis, Strip } from './geometry.ts';
import { spokenRow } from './spoken-row.ts';

type Props = {
  readonly model: RunModel;
  readonly servers: readonly Server[];
  readonly nowMs: number;
  readonly chosen: string | undefined;
  readonly onChoose: (node: string) => void;
};

const PARTS = 6;
const HEIGHT = 20;

/** When each node waited, was sent and ran, and which of them decided when the run ended. */
export function GanttView({ model, servers, nowMs, chosen, onChoose }: Props) {
  const [isCriticalOnly, setCriticalOnly] = useState(false);
  const { run, detail } = model;
  const timeline = useMemo(() => {
    const { estimate } = detail;
    const soon = estimate && { ...estimate, endMs: Date.parse(estimate.endAt), path: [], expected: [] };
    return timelineOf(run, nowMs, soon);
  }, [run, detail, nowMs]);
  const waits = useMemo(
    () => waitsOf(worldOf(servers, run), run, run.end?.atMs ?? nowMs),
    [servers, run, nowMs],
  );
  const axis = axisOf(timeline, PARTS);
  const rows = isCriticalOnly ? timeline.rows.filter(({ isCritical }) => isCritical) : timeline.rows;
  const label = timeline.critical.length === 0 ? undefined : criticalText(timeline.critical, model);
  return (
    <div className="gantt">
      <div className="gantt-head">
        <label className="check">
          <input
            type="checkbox"
            checked={isCriticalOnly}
            onChange={({ target }) => setCriticalOnly(target.checked)}
          />
          Critical path only
        </label>
        {label === undefined ? null : <p className="muted gantt-critical">{label}</p>}
      </div>
      <div className="gantt-axis" aria-hidden="true">
        <span />
        <span className="gantt-ticks">
          {axis.ticksMs.map((tickMs) => (
            <span key={tickMs} className="gantt-tick" style={{ left: `${(tickMs / axis.spanMs) * 100}%` }}>
              {tickMs === 0 ? '0' : durationText(tickMs).replace(/\.0s$/u, 's')}
            </span>
          ))}
        </span>
      </div>
      <ul className="gantt-rows" aria-label="Timeline of the nodes">
        {rows.map((row) => (
          <Row
            key={row.index}
            row={row}
            strips={stripsOf(row, waits(row.index), axis, timeline.nowMs)}
            axis={axis}
            isChosen={row.name === chosen}
            onChoose={onChoose}
          />
        ))}
      </ul>
      <Legend />
    </div>
  );
}

function criticalText(critical: readonly number[], { run }: RunModel): string {
  const names = critical.map((index) => run.definition.dag.nodes[index]?.name ?? '?');
  const shown = names.length > 6 ? [...names.slice(0, 3), '…', ...names.slice(-2)] : names;
  return `◆ critical: ${shown.join(' → ')}`;
}

type RowProps = {
  readonly row: TimelineRow;
  readonly strips: readonly Strip[];
  readonly axis: Axis;
  readonly isChosen: boolean;
  readonly onChoose: (node: string) => void;
};

const Row = memo(
  function Row({ row, strips, axis, isChosen, onChoose }: RowProps) {
    const look = nodeLook(row.state);
    return (
      <li className={`gantt-row${row.isCritical ? ' is-critical' : ''}${isChosen ? ' is-chosen' : ''}`}>
        <button
          type="button"
          className="gantt-name"
          aria-label={spokenRow(row, strips)}
          aria-pressed={isChosen}
          onClick={() => onChoose(row.name)}
        >
          <span className={`glyph tone-${look.tone}`} aria-hidden="true">
            {look.glyph}
          </span>
          <span className="gantt-text">{row.name}</span>
          {row.isCritical ? (
            <span className="gantt-mark" aria-hidden="true">
              ◆
            </span>
          ) : null}
        </button>
        <svg
          className="gantt-track"
          viewBox={`0 0 ${TRACK_WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {axis.ticksMs.map((tickMs) => {
            const x = (tickMs / axis.spanMs) * TRACK_WIDTH;
            return <line key={tickMs} className="gantt-grid" x1={x} x2={x} y1={0} y2={HEIGHT} />;
          })}
          {strips.map((strip) => (
            <rect
              key={`${strip.kind} ${strip.fromMs} ${strip.word}`}
              className={`strip strip-${strip.kind} tone-${strip.tone}`}
              x={strip.x}
              width={strip.width}
              {...(strip.kind === 'run' ? { y: 4, height: 12 } : { y: 8, height: 4 })}
            >
              <title>{`${strip.word}: ${durationText(strip.toMs - strip.fromMs)}, from ${durationText(strip.fromMs - axis.startMs)} on`}</title>
            </rect>
          ))}
        </svg>
      </li>
    );
  },
  (a, b) =>
    a.isChosen === b.isChosen &&
    a.row.state === b.row.state &&
    a.row.isCritical === b.row.isCritical &&
    a.axis.spanMs === b.axis.spanMs &&
    a.strips.length === b.strips.length &&
    a.strips.every((strip, at) => strip.toMs === b.strips[at]?.toMs && strip.word === b.strips[at].word),
);

const KINDS = [
  ['run', 'good', 'ran'],
  ['run', 'bad', 'failed'],
  ['run', 'busy', 'running'],
  ['sent', 'muted', 'sent'],
  ['wait', 'warning', 'backoff'],
  ['wait', 'waiting', 'no slot'],
  ['wait', 'bad', 'no server'],
  ['wait', 'accent', 'paused'],
] as const;

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      {KINDS.map(([kind, tone, word]) => (
        <li key={word}>
          <svg viewBox="0 0 20 12" className="legend-mark" aria-hidden="true">
            <rect
              className={`strip strip-${kind} tone-${tone}`}
              width="20"
              {...(kind === 'run' ? { y: 0, height: 12 } : { y: 4, height: 4 })}
            />
          </svg>
          {word}
        </li>
      ))}
    </ul>
  );
}
