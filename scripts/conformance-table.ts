import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What the conformance suite says of each adapter, as a table in Markdown: a row for each case, a column for each adapter, sums, and why
 * something failed or was skipped. Ends with 1 when something failed.
 *
 *     node scripts/conformance-table.ts                  runs the suite, which takes a while
 *     node scripts/conformance-table.ts REPORT.json…     of reports made by `vitest run … --reporter=json --outputFile=REPORT.json`
 */

type Assertion = {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  /** `skipped` is also what a filter (`-t`) left out. */
  readonly status: string;
  readonly failureMessages?: readonly string[];
  /** What the harness has not. */
  readonly meta?: { readonly needs?: string };
};
type Report = { readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[] };
type Outcome = { readonly mark: 'pass' | 'FAIL' | 'skip'; readonly why: string };

const ADAPTER = /^the (\S+) broker$/;

/** Case → adapter → outcome, both in the order of the reports. A report that comes later says the last word. */
type Table = ReadonlyMap<string, ReadonlyMap<string, Outcome>>;

function outcomeOf({ status, failureMessages = [], meta }: Assertion): Outcome {
  if (status === 'passed') return { mark: 'pass', why: '' };
  if (status === 'failed') return { mark: 'FAIL', why: failureMessages[0]?.split('\n')[0] ?? 'no message' };
  return { mark: 'skip', why: meta?.needs === undefined ? 'left out of this run' : `needs ${meta.needs}` };
}

function tableOf(reports: readonly Report[]): { table: Table; absent: ReadonlyMap<string, string> } {
  const table = new Map<string, Map<string, Outcome>>();
  const absent = new Map<string, string>();
  const assertions = reports.flatMap(({ testResults }) =>
    testResults.flatMap(({ assertionResults }) => assertionResults),
  );
  for (const assertion of assertions) {
    const [suite = '', ...groups] = assertion.ancestorTitles;
    const adapter = ADAPTER.exec(suite)?.[1];
    if (adapter === undefined) continue;
    // One that has no server here has a single case, which says how to get it.
    if (groups.length === 0) absent.set(adapter, assertion.title);
    else {
      const name = [...groups, assertion.title].join(': ');
      table.set(name, (table.get(name) ?? new Map<string, Outcome>()).set(adapter, outcomeOf(assertion)));
    }
  }
  return { table, absent };
}

function printTable(table: Table, absent: ReadonlyMap<string, string>): number {
  const adapters = [...new Set([...table.values()].flatMap((row) => [...row.keys()])), ...absent.keys()];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  console.log(line(['case', ...adapters]));
  console.log(line(['---', ...adapters.map(() => '---')]));
  for (const [name, row] of table)
    console.log(line([name, ...adapters.map((adapter) => row.get(adapter)?.mark ?? '–')]));

  const whys = new Map<string, string[]>();
  console.log('\n| adapter | passed | failed | skipped |\n| --- | --- | --- | --- |');
  let failures = 0;
  for (const adapter of adapters) {
    const count = { pass: 0, FAIL: 0, skip: 0 };
    for (const [name, row] of table) {
      const { mark, why } = row.get(adapter) ?? {
        mark: 'skip',
        why: absent.get(adapter) ?? 'is not in the report',
      };
      count[mark] += 1;
      if (mark !== 'pass') {
        const reason = `${adapter}, ${mark}: ${why}`;
        whys.set(reason, [...(whys.get(reason) ?? []), name]);
      }
    }
    failures += count.FAIL;
    console.log(line([adapter, ...[count.pass, count.FAIL, count.skip].map(String)]));
  }
  if (whys.size > 0) console.log('\nWhat did not pass:\n');
  for (const [reason, names] of whys) {
    console.log(`- ${reason} (${names.length})`);
    for (const name of names.length === table.size ? [] : names) console.log(`  - ${name}`);
  }
  return failures;
}

function runSuite(): Report {
  const folder = mkdtempSync(join(tmpdir(), 'dagtop-table-'));
  const file = join(folder, 'report.json');
  const options = [
    'run',
    '--project',
    'system',
    'test/conformance',
    '--reporter=json',
    `--outputFile=${file}`,
  ];
  const root = join(import.meta.dirname, '..');
  spawnSync('npx', ['vitest', ...options], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const report = readReport(file);
  rmSync(folder, { recursive: true });
  return report;
}

function readReport(file: string): Report {
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

const files = process.argv.slice(2);
const { table, absent } = tableOf(files.length === 0 ? [runSuite()] : files.map(readReport));
process.exitCode = printTable(table, absent) > 0 ? 1 : 0;
