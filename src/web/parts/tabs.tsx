import { useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

type Props<T extends string> = {
  readonly label: string;
  readonly names: readonly { readonly id: T; readonly text: ReactNode }[];
  readonly current: T;
  readonly onChoose: (id: T) => void;
  readonly panelId: string;
};

/** Tabs after the pattern of ARIA: one stop for Tab, arrows within. */
export function Tabs<T extends string>({ label, names, current, onChoose, panelId }: Props<T>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = names.findIndex(({ id }) => id === current);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: names.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + names.length) % names.length;
    const next = names[index];
    if (next === undefined) return;
    onChoose(next.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {names.map(({ id, text }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`${panelId}-${id}`}
          aria-selected={id === current}
          aria-controls={panelId}
          tabIndex={id === current ? 0 : -1}
          className="tab"
          onClick={() => onChoose(id)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

/** What belongs to the chosen tab. */
export function TabPanel({
  panelId,
  current,
  children,
}: {
  readonly panelId: string;
  readonly current: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="tab-panel" role="tabpanel" id={panelId} aria-labelledby={`${panelId}-${current}`}>
      {children}
    </div>
  );
}
