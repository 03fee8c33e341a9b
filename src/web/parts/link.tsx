import type { MouseEvent, ReactNode } from 'react';
import { navigate } from '../routes/navigation.ts';
import { routeHref } from '../routes/route.ts';
import type { Route } from '../routes/route.ts';

type Props = {
  readonly to: Route;
  readonly className?: string;
  readonly isCurrent?: boolean;
  readonly label?: string;
  readonly children: ReactNode;
};

/** A link within the page; opened elsewhere it is as good as any other. */
export function Link({ to, className, isCurrent = false, label, children }: Props) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a
      href={routeHref(to)}
      onClick={follow}
      className={className}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={label}
    >
      {children}
    </a>
  );
}
