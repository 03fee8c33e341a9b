import type { Flow } from '../../graph/topology.ts';
import type { DrawingStyle } from '../../view/dag-drawing.ts';
import { ZOOM_STEP } from './camera-control.ts';
import type { CameraControl } from './camera-control.ts';

type Props = {
  readonly style: DrawingStyle;
  readonly control: CameraControl | undefined;
  readonly canStack: boolean;
  readonly onFlow: (flow: Flow) => void;
  readonly onStacks: (stacks: boolean) => void;
};

/** What can be done to the drawing without keys. */
export function GraphToolbar({ style, control, canStack, onFlow, onStacks }: Props) {
  const isDown = style.flow === 'down';
  return (
    <div className="graph-tools" role="toolbar" aria-label="Drawing">
      {canStack ? (
        <button
          type="button"
          className="button button-small"
          aria-pressed={style.stacks}
          onClick={() => onStacks(!style.stacks)}
          title="Equal siblings as one box"
        >
          Stacks
        </button>
      ) : null}
      <button
        type="button"
        className="button button-small"
        onClick={() => onFlow(isDown ? 'right' : 'down')}
        aria-label={isDown ? 'Draw from left to right' : 'Draw from top to bottom'}
        title={isDown ? 'Draw from left to right' : 'Draw from top to bottom'}
      >
        {isDown ? '→' : '↓'}
      </button>
      <button
        type="button"
        className="button button-small"
        onClick={() => control?.zoom(1 / ZOOM_STEP)}
        aria-label="Zoom out"
        title="Zoom out (-)"
      >
        −
      </button>
      <button
        type="button"
        className="button button-small"
        onClick={() => control?.zoom(ZOOM_STEP)}
        aria-label="Zoom in"
        title="Zoom in (+)"
      >
        +
      </button>
      <button type="button" className="button button-small" onClick={control?.fit} title="Show all (0)">
        Fit
      </button>
    </div>
  );
}
