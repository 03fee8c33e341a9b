import { useEffect, useState } from 'react';
import { sanitizeText } from '../../graph/text.ts';
import { RUN_STATES } from '../../view/run-state.ts';
import { SINCE_HOURS } from '../data/since.ts';
import { useLive, useSession } from '../data/session.ts';
import { navigate } from '../routes/navigation.ts';
import type { RunFilters } from '../routes/route.ts';

/** While somebody types, the list is not asked for with each letter. */
const TYPING_MS = 300;

/** What cuts the list of runs down; it stands in the address. */
export function RunFilterBar({ filters }: { readonly filters: RunFilters }) {
  const { client } = useSession();
  const dags = useLive('dags', (signal) => client.call('listDags', {}, { signal }), {
    on: ({ type }) => type.startsWith('dag.'),
    everyMs: 5_000,
  });
  const set = (name: keyof RunFilters, value: string): void => {
    const { [name]: _, ...rest } = filters;
    navigate({ at: 'runs', filters: value === '' ? rest : { ...rest, [name]: value } }, 'replace');
  };
  const names = dags.value?.items.map(({ name }) => name) ?? [];
  const known = filters.dag === undefined || names.includes(filters.dag) ? names : [filters.dag, ...names];
  return (
    <search className="filters" aria-label="Filter runs">
      <Choice label="DAG" value={filters.dag} options={known} onChange={(value) => set('dag', value)} />
      <Choice
        label="State"
        value={filters.state}
        options={RUN_STATES}
        onChange={(value) => set('state', value)}
      />
      <Choice
        label="Since"
        value={filters.since}
        options={Object.keys(SINCE_HOURS)}
        onChange={(value) => set('since', value)}
      />
      <Search value={filters.search ?? ''} onChange={(value) => set('search', value)} />
    </search>
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
};

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value ?? ''} onChange={({ target }) => onChange(target.value)}>
        <option value="">any</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {sanitizeText(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Search({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what is typed counts, not who listens
  }, [text]);
  return (
    <label className="field field-grow">
      <span>Text</span>
      <input
        type="search"
        value={text}
        placeholder="run, parameter, error…"
        maxLength={200}
        onChange={({ target }) => setText(target.value)}
      />
    </label>
  );
}
