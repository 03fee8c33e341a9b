import type { Tone } from '../../view/look.ts';
import { roundUp } from './chart-scale.ts';
import type { Day } from './chart-scale.ts';

type Part = { readonly name: string; readonly tone: Tone; readonly of: (day: Day) => number };
type Props = {
  readonly title: string;
  readonly days: readonly Day[];
  /** From the bottom. */
  readonly parts: readonly Part[];
  readonly text: (value: number) => string;
};

const HEIGHT = 120;
const SLOT = 12;

/** A bar for each day. What the picture says stands in a table too, for those who hear it. */
export function DayBars({ title, days, parts, text }: Props) {
  const sums = days.map((day) => parts.reduce((sum, part) => sum + part.of(day), 0));
  const top = roundUp(Math.max(...sums));
  return (
    <figure className="card chart">
      <figcaption>
        <h3>{title}</h3>
        {parts.length === 1 ? null : (
          <ul className="legend">
            {parts.map(({ name, tone }) => (
              <li key={name}>
                <svg viewBox="0 0 12 12" className="legend-mark" aria-hidden="true">
                  <rect className={`strip strip-run tone-${tone}`} width="12" height="12" />
                </svg>
                {name}
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      <div className="chart-body" aria-hidden="true">
        <div className="chart-scale numeric muted">
          <span>{text(top)}</span>
          <span>{text(top / 2)}</span>
          <span>0</span>
        </div>
        <svg
          className="chart-picture"
          viewBox={`0 0 ${Math.max(10, days.length) * SLOT} ${HEIGHT}`}
          preserveAspectRatio="none"
        >
          {[0, 0.5, 1].map((part) => (
            <line key={part} className="chart-line" x1="0" x2="100%" y1={HEIGHT * part} y2={HEIGHT * part} />
          ))}
          {days.map((day, at) => (
            <Bar key={day.day} {...{ day, at, parts, top, text }} />
          ))}
        </svg>
        <div className="chart-ends numeric muted">
          <span>{days[0]?.day}</span>
          <span>{days.length > 1 ? days.at(-1)?.day : ''}</span>
        </div>
      </div>
      <table className="spoken">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {parts.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              {parts.map((part) => (
                <td key={part.name}>{text(part.of(day))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

type BarProps = Pick<Props, 'parts' | 'text'> & {
  readonly day: Day;
  readonly at: number;
  readonly top: number;
};

function Bar({ day, at, parts, top, text }: BarProps) {
  let y = HEIGHT;
  return (
    <g>
      <title>{`${day.day}: ${parts.map((part) => `${text(part.of(day))} ${part.name}`).join(', ')}`}</title>
      <rect className="chart-slot" x={at * SLOT} y={0} width={SLOT} height={HEIGHT} />
      {parts.map((part) => {
        const height = (part.of(day) / top) * HEIGHT;
        y -= height;
        return (
          <rect
            key={part.name}
            className={`strip strip-run tone-${part.tone}`}
            x={at * SLOT + 2}
            width={SLOT - 4}
            y={y}
            height={height}
          />
        );
      })}
    </g>
  );
}
