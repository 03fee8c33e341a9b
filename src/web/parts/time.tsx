import { ageText, durationText } from '../../view/duration.ts';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const WHOLE = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
  hourCycle: 'h23',
});

/** `03:12:45` in the time zone of who looks. */
export function clockText(atMs: number): string {
  return CLOCK.format(atMs);
}

/** `03:12:45` of today, else `Mar 1 03:12:45`. */
export function momentText(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? clockText(atMs) : `${DAY.format(atMs)} ${clockText(atMs)}`;
}

/** When something was, and whole in the tooltip. */
export function Moment({ at, nowMs }: { readonly at: string; readonly nowMs: number }) {
  const atMs = Date.parse(at);
  return (
    <time dateTime={at} title={WHOLE.format(atMs)} className="numeric">
      {momentText(atMs, nowMs)}
    </time>
  );
}

/** `3m ago`. */
export function Ago({ at, nowMs }: { readonly at: string; readonly nowMs: number }) {
  const atMs = Date.parse(at);
  const age = ageText(nowMs - atMs);
  return (
    <time dateTime={at} title={WHOLE.format(atMs)} className="numeric">
      {age === 'now' ? 'just now' : `${age} ago`}
    </time>
  );
}

/** How long something took, or takes until now. */
export function Span({
  from,
  to,
  nowMs,
}: {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly nowMs: number;
}) {
  if (from === undefined) return <span className="muted">–</span>;
  const endMs = to === undefined ? nowMs : Date.parse(to);
  return <span className="numeric">{durationText(endMs - Date.parse(from))}</span>;
}
