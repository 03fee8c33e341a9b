type Labels = Readonly<Record<string, string | number>>;
export type Sample = { readonly labels?: Labels; readonly value: number; readonly suffix?: string };
type Kind = 'gauge' | 'counter' | 'histogram';

/** Text in the exposition format of Prometheus, version 0.0.4. */
export class Exposition {
  #text = '';

  add(name: string, kind: Kind, help: string, samples: readonly Sample[]): void {
    this.#text += `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${kind}\n`;
    for (const { labels = {}, value, suffix = '' } of samples)
      this.#text += `${name}${suffix}${labelsText(labels)} ${valueText(value)}\n`;
  }

  get text(): string {
    return this.#text;
  }
}

function labelsText(labels: Labels): string {
  const parts = Object.entries(labels).map(([key, value]) => `${key}="${escapeValue(String(value))}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** What a label may not hold as it is; of hosts and names anything may come. */
function escapeValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  return Number.isNaN(value) ? 'NaN' : String(value);
}
