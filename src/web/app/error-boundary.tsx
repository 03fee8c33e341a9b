import { Component } from 'react';
import type { ReactNode } from 'react';
import { Problem } from '../parts/notice.tsx';

type Props = { readonly children: ReactNode };

/** A mistake in one page leaves the others usable, and is told. */
export class ErrorBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Problem error={error} onRetry={() => location.reload()} />;
  }
}
