import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import type { DagSummary, Param } from '../../api/contract/dags.ts';
import { sanitizeText } from '../../graph/text.ts';
import { counted } from '../../view/counted.ts';
import { isMasked, paramText, readParams } from '../data/param-form.ts';
import { mintKey } from '../data/mint-key.ts';
import { useLive, useSession } from '../data/session.ts';
import { Problem } from '../parts/notice.tsx';
import { navigate } from '../routes/navigation.ts';
import { runRoute } from '../routes/route.ts';

/** Asks with which parameters, and from which node on, a DAG is to run; then shows the run. */
export function TriggerDialog({ dag, onClose }: { readonly dag: DagSummary; readonly onClose: () => void }) {
  const { client } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const [entries, setEntries] = useState<ReadonlyMap<string, string>>(new Map());
  const [from, setFrom] = useState('');
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const { values, problems } = readParams(dag.params, entries);
  const asked = JSON.stringify([dag.name, values, from]);
  // However often the button is pressed for the same, it is one run.
  const key = useMemo(() => mintKey(asked), [asked]);
  useEffect(() => {
    dialog.current?.showModal();
    cancel.current?.focus();
  }, []);
  const submit = async (): Promise<void> => {
    if (problems.size > 0) return;
    setBusy(true);
    setError(undefined);
    const body = {
      dag: dag.name,
      ...(Object.keys(values).length === 0 ? {} : { params: values }),
      ...(from === '' ? {} : { from }),
    };
    try {
      const { run } = await client.call('triggerRun', { body }, { idempotencyKey: key });
      onClose();
      navigate(runRoute(run));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void submit();
  };
  return (
    <dialog className="dialog" ref={dialog} onClose={onClose} aria-labelledby="trigger-title">
      <form onSubmit={onSubmit} noValidate>
        <h2 id="trigger-title">Run {sanitizeText(dag.name)}?</h2>
        <div className="dialog-text">
          <p>{dag.params.length === 0 ? 'It has no parameters.' : 'With these parameters:'}</p>
        </div>
        <div className="dialog-fields">
          {dag.params.map((param) => (
            <ParamField
              key={param.name}
              param={param}
              text={entries.get(param.name) ?? paramText(param.default)}
              problem={problems.get(param.name)}
              onChange={(text) => setEntries(new Map(entries).set(param.name, text))}
            />
          ))}
          <FromField dag={dag} value={from} onChange={setFrom} />
        </div>
        {error === undefined ? null : <Problem error={error} />}
        <div className="dialog-buttons">
          <button type="button" className="button" ref={cancel} onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={isBusy || problems.size > 0}>
            {isBusy ? 'Sending…' : 'Run'}
          </button>
        </div>
      </form>
    </dialog>
  );
}

type FieldProps = {
  readonly param: Param;
  readonly text: string;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
};

function ParamField({ param, text, problem, onChange }: FieldProps) {
  const id = useId();
  const described = problem === undefined ? undefined : `${id}-problem`;
  return (
    <div className="form-row">
      <label htmlFor={id}>
        {sanitizeText(param.name)} <span className="muted">{param.type === 'any' ? '' : param.type}</span>
      </label>
      {param.type === 'boolean' ? (
        <select id={id} value={text} onChange={({ target }) => onChange(target.value)}>
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      ) : (
        <input
          id={id}
          type="text"
          inputMode={param.type === 'number' ? 'decimal' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby={described}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
      {problem === undefined ? null : (
        <p id={described} className="tone-bad">
          ✗ {problem}
        </p>
      )}
      {isMasked(param) ? <p className="muted">The default is secret; left as it is, it stands.</p> : null}
    </div>
  );
}

type FromProps = {
  readonly dag: DagSummary;
  readonly value: string;
  readonly onChange: (node: string) => void;
};

function FromField({ dag, value, onChange }: FromProps) {
  const { client } = useSession();
  const id = useId();
  const detail = useLive(`dag ${dag.name}`, (signal) =>
    client.call('getDag', { params: { dag: dag.name } }, { signal }),
  );
  const names = (detail.value?.definition.nodes ?? []).map(({ name }) => name);
  return (
    <div className="form-row">
      <label htmlFor={id}>Start at</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">the beginning: {counted(dag.nodes, 'node')}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {sanitizeText(name)}
          </option>
        ))}
      </select>
    </div>
  );
}
