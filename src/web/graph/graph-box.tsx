import { memo } from 'react';
import type { Tone } from '../../view/look.ts';
import type { Rect } from './camera.ts';

export type BoxText = {
  /** What it is called aloud: name, state, attempt. */
  readonly label: string;
  readonly tone: Tone;
  readonly lines: readonly { readonly text: string; readonly tone: Tone; readonly bold: boolean }[];
};

type Props = {
  readonly id: string;
  readonly rect: Rect;
  readonly text: BoxText;
  readonly isPill: boolean;
  readonly isStack: boolean;
  readonly isChosen: boolean;
  readonly isStop: boolean;
};

const LINE = 17;
const INSET = 13;

/** A box of the drawing: a button whose place never changes, and whose texts and colours say how its nodes stand. */
export const GraphBox = memo(
  function GraphBox({ id, rect, text, isPill, isStack, isChosen, isStop }: Props) {
    const { x, y, width, height } = rect;
    const radius = isPill ? Math.min(12, height / 2) : 6;
    const first = height / 2 - ((text.lines.length - 1) * LINE) / 2;
    return (
      <g
        className={`box tone-${text.tone}${isChosen ? ' is-chosen' : ''}`}
        transform={`translate(${x} ${y})`}
        role="button"
        tabIndex={isStop ? 0 : -1}
        aria-label={text.label}
        aria-pressed={isChosen}
        data-box={id}
      >
        {isStack ? (
          <rect className="box-behind" x={4} y={4} width={width} height={height} rx={radius} />
        ) : null}
        <rect className="box-face" width={width} height={height} rx={radius} />
        <rect className="box-edge" x={3} y={5} width={3} height={height - 10} rx={1.5} />
        {text.lines.map((line, at) => (
          <text
            // Lines of a box keep their places.
            // oxlint-disable-next-line react/no-array-index-key -- as above
            key={at}
            x={INSET}
            y={first + at * LINE}
            className={line.bold ? 'box-name' : `box-line tone-${line.tone}`}
          >
            {line.text}
          </text>
        ))}
      </g>
    );
  },
  (a, b) =>
    a.rect === b.rect &&
    a.isChosen === b.isChosen &&
    a.isStop === b.isStop &&
    a.text.label === b.text.label &&
    a.text.tone === b.text.tone &&
    a.text.lines.length === b.text.lines.length &&
    a.text.lines.every((line, at) => line.text === b.text.lines[at]?.text),
);
