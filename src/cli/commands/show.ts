import { stat } from 'node:fs/promises';
import { formatDiagnostic, hasErrors } from '../../definition/diagnostic.ts';
import { compileDag } from '../../engine/definition.ts';
import type { Flow } from '../../graph/topology.ts';
import { CodedError } from '../../model/coded-error.ts';
import type { Definition, Run, State } from '../../model/state.ts';
import type { DrawingWish } from '../../view/dag-drawing.ts';
import { dotText, graphJson, mermaidText } from '../../view/graph-export.ts';
import { renderDagText, renderRunText } from '../../view/run-text.ts';
import type { TextOptions } from '../../view/run-text.ts';
import { renderSvg } from '../../view/run-svg.ts';
import { DEFINITION_FILE, loadDefinitions } from '../definition-files.ts';
import { findDagOrAnyRun } from '../history-access.ts';
import { EXIT, printJson } from '../output.ts';
import { runDetailJson } from '../run-json.ts';
import { withSession } from '../session.ts';
import type { BrokerFlags, HistoryFlags } from '../settings.ts';
import { localTime } from '../time.ts';

type ShowOptions = BrokerFlags &
  HistoryFlags & {
    readonly ascii?: boolean;
    readonly json?: boolean;
    readonly expand?: boolean;
    readonly boxes?: boolean;
    readonly pills?: boolean;
    readonly direction?: string;
    readonly width?: string;
    readonly format?: string;
  };

/** Into a file or a pipe: as wide as it takes. */
const UNBOUNDED_WIDTH = 10_000;
const FLOWS: Readonly<Record<string, Flow>> = { td: 'down', lr: 'right' };

/** Draws a run, by its name a DAG, or the DAGs of a file, for which it needs no broker. */
export async function show(text: string, options: ShowOptions): Promise<number> {
  const look = lookOf(options);
  if (await isDefinitionFile(text)) return showFile(text, options, look);
  return withSession(options, async (session) => {
    const { state } = session;
    const found = await findDagOrAnyRun(session, text);
    const isDag = 'hash' in found;
    const [definition, run] = isDag ? [found, undefined] : [found.run.definition, found.run];
    if (options.json === true)
      printJson(isDag ? { hash: found.hash, ...found.dag } : runDetailJson(state, found.run, Date.now()));
    else process.stdout.write(textOf(state, definition, run, options.format, look));
    return EXIT.ok;
  });
}

async function showFile(path: string, options: ShowOptions, look: TextOptions): Promise<number> {
  const { dags, diagnostics } = await loadDefinitions([path]);
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic)}\n`);
  for (const { dag, hash } of dags.values()) {
    const definition = compileDag(hash, dag);
    if (typeof definition === 'string') throw new Error(`${dag.name} was checked, and yet: ${definition}`);
    if (options.json === true) printJson({ hash, ...dag });
    else process.stdout.write(textOf(undefined, definition, undefined, options.format, look));
  }
  if (dags.size === 0 && !hasErrors(diagnostics))
    throw new CodedError('no_such_dag', `there is no dag in ${path}`, { hint: 'a dag has nodes' });
  return hasErrors(diagnostics) ? EXIT.error : EXIT.ok;
}

function textOf(
  state: State | undefined,
  definition: Definition,
  run: Run | undefined,
  format: string | undefined,
  look: TextOptions,
): string {
  switch (format) {
    case 'dot':
      return dotText(definition, run);
    case 'mermaid':
      return mermaidText(definition, run);
    case 'json':
      return `${JSON.stringify(graphJson(definition, run))}\n`;
    case 'svg':
      return renderSvg(definition, run, look.wish);
    case undefined:
    case 'text':
      return run === undefined || state === undefined
        ? renderDagText(definition, look)
        : renderRunText(state, run, Date.now(), look);
    default:
      throw new CodedError('bad_usage', `there is no format '${format}'`, {
        hint: 'text, dot, mermaid, svg or json',
      });
  }
}

/** Error: `bad_usage`. */
function lookOf(options: ShowOptions): TextOptions {
  const { boxes = false, pills = false, direction, expand = false } = options;
  if (boxes && pills) throw new CodedError('bad_usage', 'either --boxes or --pills');
  const flow = direction === undefined ? undefined : FLOWS[direction];
  if (direction !== undefined && flow === undefined)
    throw new CodedError('bad_usage', `--direction takes td or lr, not '${direction}'`);
  const wish: DrawingWish = {
    mode: boxes ? 'box' : pills ? 'pill' : undefined,
    flow,
    stacks: !expand,
    opened: new Set(),
  };
  return { width: widthOf(options.width), ascii: options.ascii ?? false, timeText: localTime, wish };
}

function widthOf(text: string | undefined): number {
  if (text === undefined) return process.stdout.isTTY ? process.stdout.columns : UNBOUNDED_WIDTH;
  const width = Number(text);
  if (!Number.isInteger(width) || width < 1)
    throw new CodedError('bad_usage', `--width takes a whole number of columns from 1 on, not '${text}'`);
  return width;
}

/** Error: `no_such_file`. */
async function isDefinitionFile(text: string): Promise<boolean> {
  if (!DEFINITION_FILE.test(text)) return false;
  const facts = await stat(text).catch(() => undefined);
  if (facts?.isFile() === true) return true;
  throw new CodedError('no_such_file', `there is no file ${text}`, {
    hint: 'to draw a dag or a run from the broker, give its name or id',
  });
}
