import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A file of the sources, with what the rules look at. */
type Source = {
  readonly file: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
};
type Import = { readonly line: number; readonly from: string };

/** Which folders of `src` a folder may import; itself is understood. The table of `src/README.md`. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  definition: ['model'],
  graph: ['model'],
  engine: ['model'],
  view: ['model', 'graph', 'engine'],
  'broker/port': ['model'],
  sqlite: [],
  'broker/embedded': ['model', 'broker/port', 'sqlite'],
  'broker/nats': ['model', 'broker/port'],
  'broker/redis': ['model', 'broker/port'],
  'broker/kafka': ['model', 'broker/port'],
  'broker/rabbitmq': ['model', 'broker/port'],
  broker: [
    'model',
    'broker/port',
    'broker/embedded',
    'broker/nats',
    'broker/redis',
    'broker/kafka',
    'broker/rabbitmq',
  ],
  replica: ['model', 'engine', 'broker/port'],
  scheduler: ['model', 'engine', 'replica', 'broker/port'],
  agent: ['model', 'engine', 'replica', 'broker/port'],
  'history/port': ['model', 'engine', 'view'],
  'history/sqlite': ['model', 'sqlite', 'history/port'],
  'history/postgres': ['model', 'broker/port', 'history/port'],
  history: [
    'model',
    'engine',
    'view',
    'replica',
    'broker/port',
    'history/port',
    'history/sqlite',
    'history/postgres',
  ],
  telemetry: ['model', 'graph', 'view', 'engine', 'replica'],
  tui: ['model', 'view', 'graph', 'engine', 'replica', 'broker/port', 'history/port'],
  'api/contract': ['model'],
  api: ['api/contract', 'model', 'view', 'graph', 'engine', 'replica', 'broker/port', 'history/port'],
  client: ['model', 'api/contract'],
  web: ['model', 'view', 'graph', 'engine', 'client', 'api/contract'],
  cli: [
    'model',
    'definition',
    'graph',
    'engine',
    'view',
    'broker',
    'broker/port',
    'replica',
    'scheduler',
    'agent',
    'history',
    'history/port',
    'tui',
    'api',
    'api/contract',
    'telemetry',
  ],
  '': ['cli'],
};

/** Packages, and modules of Node that are as heavy, each with the only folders that may import it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@nats-io': ['broker/nats'],
  ioredis: ['broker/redis'],
  '@platformatic/kafka': ['broker/kafka'],
  'rabbitmq-client': ['broker/rabbitmq'],
  pg: ['history/postgres'],
  '@opentelemetry': ['telemetry'],
  'node:sqlite': ['sqlite', 'broker/embedded', 'history/sqlite'],
  ink: ['tui'],
  react: ['tui', 'web'],
  'react-dom': ['web'],
  fastify: ['api'],
  '@fastify': ['api'],
  chokidar: ['cli'],
  commander: ['cli'],
  pino: ['cli'],
  typebox: ['model', 'definition', 'broker/port', 'api', 'api/contract', 'client'],
  yaml: ['definition'],
};

const PURE = new Set(['model', 'definition', 'engine', 'graph', 'view', 'history/port', 'api/contract']);
/** Folders whose time and chance are inputs, so that the simulation can own them; their subfolders are effects. */
const TIMELESS = new Set(['scheduler', 'replica', 'broker/port', 'agent']);
const CLOCKS = /\bDate\.now\b|\bnew Date\b|\bperformance\.|\bMath\.random\b/;
const EFFECTS = /\bset(Timeout|Interval|Immediate)\(|\bprocess\.|\bconsole\./;

const FILE_MAX_LINES = 300;
const MEDIAN_MAX_LINES = 100;

/** Everything in the tree under `root` (which holds `src`) that breaks a rule: `src/x.ts:12: what`. */
export function violationsIn(root: string): string[] {
  const sources = sourcesIn(join(root, 'src')).map((path) => readSource(root, path));
  return [...sources.flatMap(violationsOf), ...tooLong(sources), ...cyclesOf(sources)];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readSource(root: string, path: string): Source {
  const file = relative(root, path);
  const lines = readFileSync(path, 'utf8').split('\n');
  const imports = lines.flatMap((text, at) => {
    const from =
      /\bfrom '([^']+)'|\bimport\('([^']+)'\)|^import '([^']+)'|getBuiltinModule\('([^']+)'\)/.exec(text);
    const name = from?.[1] ?? from?.[2] ?? from?.[3] ?? from?.[4];
    return name === undefined ? [] : [{ line: at + 1, from: name }];
  });
  return { file, lines, imports };
}

/** Folders whose own folders have rules of their own. */
const SPLIT = new Set(['broker', 'history']);
/** Folders that have rules of their own in one that has none but for the rest. */
const PARTS = new Set(['api/contract']);

/** `broker/nats` for `src/broker/nats/x.ts`, `agent` for `src/agent/process/x.ts`, `api/contract` for what is there, empty for `src/main.ts`. */
function folderOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  if (first.includes('.')) return '';
  const part = `${first}/${second}`;
  return (SPLIT.has(first) && !second.includes('.')) || PARTS.has(part) ? part : first;
}

function violationsOf(source: Source): string[] {
  const { file, lines, imports } = source;
  const folder = folderOf(file);
  const found: string[] = [];
  const report = (line: number, what: string): void => void found.push(`${file}:${line}: ${what}`);

  if (!/^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(file.slice(file.lastIndexOf('/') + 1)))
    report(1, 'the name is not kebab-case');
  for (const { line, from } of imports) {
    const problem = from.startsWith('.') ? foreignFolder(file, folder, from) : foreignPackage(folder, from);
    if (problem !== undefined) report(line, problem);
  }
  const isTimeless = TIMELESS.has(folder) && dirname(file) === `src/${folder}`;
  for (const [at, text] of lines.entries()) {
    const code = withoutTexts(text);
    if (/^\s*export default\b/.test(code)) report(at + 1, 'a default export');
    if (/^\s*(export )?(const )?enum\b/.test(code)) report(at + 1, 'an enum');
    const isPure = PURE.has(folder);
    if ((isPure || isTimeless) && CLOCKS.test(code)) report(at + 1, `a clock or chance in ${folder}`);
    if (isPure && EFFECTS.test(code)) report(at + 1, `an effect in ${folder}, which is pure`);
  }
  return found;
}

function foreignFolder(file: string, folder: string, from: string): string | undefined {
  const target = folderOf(join(dirname(file), from));
  if (target === folder || IMPORTS[folder]?.includes(target) === true) return undefined;
  return `${folder || 'main'} imports ${target || 'main'}`;
}

function foreignPackage(folder: string, from: string): string | undefined {
  if (PURE.has(folder) && from.startsWith('node:')) return `${folder} is pure and imports ${from}`;
  const name = Object.keys(PACKAGES).find((item) => from === item || from.startsWith(`${item}/`));
  if (name === undefined) return from.startsWith('node:') ? undefined : `${from} is in no list of packages`;
  return PACKAGES[name]?.includes(folder) === true ? undefined : `${from} is not for ${folder || 'main'}`;
}

/** A line without comments and the inside of quotes, roughly: enough to not trip over words in them. */
function withoutTexts(line: string): string {
  if (/^\s*(\*|\/\*|\/\/)/.test(line)) return '';
  return line.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''").replace(/\/\/.*$/, '');
}

function tooLong(sources: readonly Source[]): string[] {
  const sizes = sources.map(({ lines }) => lines.length).sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const files = sources
    .filter(({ lines }) => lines.length - 1 > FILE_MAX_LINES)
    .map(({ file, lines }) => `${file}:${FILE_MAX_LINES}: the file has ${lines.length - 1} lines`);
  return median >= MEDIAN_MAX_LINES ? [...files, `src:1: the median file has ${median} lines`] : files;
}

/** Import cycles, each once, by the file that comes first. Types count too: who imports a type knows the file. */
function cyclesOf(sources: readonly Source[]): string[] {
  const targets = new Map(
    sources.map(({ file, imports }) => [
      file,
      imports.filter(({ from }) => from.startsWith('.')).map(({ from }) => join(dirname(file), from)),
    ]),
  );
  const done = new Set<string>();
  const path: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file))
      found.push(`${file}:1: an import cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    for (const target of targets.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const { file } of sources) visit(file);
  return found;
}
