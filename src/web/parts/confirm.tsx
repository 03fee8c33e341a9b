import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { Consequence } from '../../view/consequence.ts';
import { Problem } from './notice.tsx';

type Props = {
  readonly consequence: Consequence;
  /** What the button that does it says. */
  readonly verb: string;
  /** What the button that leaves it says; by default Cancel. */
  readonly cancelText?: string;
  readonly isDanger?: boolean;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
  readonly children?: ReactNode;
};

/** Says what is about to be touched, and does it only when told so: Cancel has the focus, as in the terminal. */
export function Confirm(props: Props) {
  const { consequence, verb, cancelText = 'Cancel', isDanger = false, act, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<Error>();
  useEffect(() => {
    dialog.current?.showModal();
    cancel.current?.focus();
  }, []);
  const go = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await act();
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setIsBusy(false);
    }
  };
  const { possible } = consequence;
  return (
    <dialog className="dialog" ref={dialog} onClose={onClose} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{possible ? consequence.title : 'This is not possible now'}</h2>
      <div className="dialog-text">
        {(possible ? consequence.lines : [consequence.reason]).map((line) => (
          <p key={line} className={line.startsWith('  ') ? 'names' : undefined}>
            {line}
          </p>
        ))}
      </div>
      {possible ? children : null}
      {error === undefined ? null : <Problem error={error} />}
      <div className="dialog-buttons">
        <button type="button" className="button" ref={cancel} onClick={() => dialog.current?.close()}>
          {cancelText}
        </button>
        {possible ? (
          <button
            type="button"
            className={`button ${isDanger ? 'button-danger' : 'button-primary'}`}
            disabled={isBusy}
            onClick={() => void go()}
          >
            {isBusy ? 'Sending…' : verb}
          </button>
        ) : null}
      </div>
    </dialog>
  );
}
