import {
  memo,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { LogLine } from '../../view/log-text.ts';
import { sanitizeText } from '../../graph/text.ts';
import { useSession } from '../data/session.ts';
import { clockText } from '../parts/time.tsx';
import { LogReader } from './log-reader.ts';
import type { LogOf } from './log-reader.ts';
import { blocksOf, matching } from './log-window.ts';

/** Lines that are shown at first, and by how many it grows. */
const STEP = 2_000;
/** So near to the end one is at the end. */
const END_PX = 24;

/** What an attempt wrote, followed while somebody stands at its end. */
export function LogPane(of: LogOf) {
  const { client } = useSession();
  const { run, node, attempt, server } = of;
  const reader = useMemo(
    () => new LogReader(client, { run, node, attempt, server }),
    [client, run, node, attempt, server],
  );
  const log = useSyncExternalStore(reader.subscribe, () => reader.state);
  useEffect(() => {
    reader.start();
    return () => reader.stop();
  }, [reader]);
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const [count, setCount] = useState(STEP);
  const [isFollowing, setFollowing] = useState(true);
  const [hasTimes, setTimes] = useState(false);
  const found = useMemo(() => matching(log.lines, wanted), [log.lines, wanted]);
  const pane = useRef<HTMLDivElement>(null);
  const shown = found.slice(-count);
  useLayoutEffect(() => {
    if (isFollowing) pane.current?.scrollTo({ top: pane.current.scrollHeight });
  });
  const onScroll = (): void => {
    const { current } = pane;
    if (current === null) return;
    setFollowing(current.scrollHeight - current.scrollTop - current.clientHeight < END_PX);
  };
  return (
    <section className="log" aria-label="Log">
      <LogBar {...{ search, setSearch, hasTimes, setTimes, isFollowing, setFollowing }} />
      <div
        className="log-lines"
        ref={pane}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Lines of the log"
      >
        {found.length > shown.length ? (
          <button type="button" className="button button-small" onClick={() => setCount(count + STEP)}>
            Show earlier lines ({(found.length - shown.length).toLocaleString('en')} more)
          </button>
        ) : null}
        {blocksOf(shown).map((lines) => (
          <Block key={lines[0]?.id ?? 0} lines={lines} hasTimes={hasTimes} />
        ))}
      </div>
      <p className="log-status muted" role="status">
        {statusText(log.status, log.why, found.length, log.lines.length)}
      </p>
    </section>
  );
}

type BarProps = {
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly hasTimes: boolean;
  readonly setTimes: (isOn: boolean) => void;
  readonly isFollowing: boolean;
  readonly setFollowing: (isOn: boolean) => void;
};

function LogBar({ search, setSearch, hasTimes, setTimes, isFollowing, setFollowing }: BarProps) {
  return (
    <div className="log-bar">
      <label className="field field-grow">
        <span className="spoken">Search the log</span>
        <input
          type="search"
          placeholder="Only lines with…"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </label>
      <label className="check">
        <input type="checkbox" checked={hasTimes} onChange={({ target }) => setTimes(target.checked)} />
        Times
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={isFollowing}
          onChange={({ target }) => setFollowing(target.checked)}
        />
        Follow
      </label>
    </div>
  );
}

function statusText(status: string, why: string | undefined, found: number, all: number): string {
  const count =
    found === all
      ? `${all.toLocaleString('en')} lines`
      : `${found.toLocaleString('en')} of ${all.toLocaleString('en')} lines`;
  switch (status) {
    case 'following':
      return `${count}, following`;
    case 'ended':
      return all === 0 ? 'It wrote nothing.' : `${count}, ended`;
    case 'waiting':
      return `${count}; ${sanitizeText(why ?? 'waiting')}`;
    default:
      return 'Reading…';
  }
}

const Block = memo(
  function Block({ lines, hasTimes }: { readonly lines: readonly LogLine[]; readonly hasTimes: boolean }) {
    return (
      <div className="log-block">
        {lines.map((line) => (
          <div key={line.id} className={`log-line log-${line.stream}`}>
            {hasTimes ? (
              <span className="log-time">{line.atMs === undefined ? '' : clockText(line.atMs)}</span>
            ) : null}
            {line.stream === 'stderr' ? (
              <span className="log-mark" title="stderr">
                !
              </span>
            ) : null}
            {line.text === '' ? '\u00A0' : line.text}
          </div>
        ))}
      </div>
    );
  },
  (a, b) =>
    a.hasTimes === b.hasTimes &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, at) => line.id === b.lines[at]?.id && line.text === b.lines[at].text),
);
