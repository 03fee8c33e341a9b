import type { LogEvent } from '../model/event.ts';
import type { Position } from '../model/ids.ts';
import { maskSecrets } from '../model/secret.ts';
import type { Run } from '../model/state.ts';
import { hashKey, jsonCell, textCell, textCellOr, wholeCell } from './cells.ts';
import type { CommandEvent, Changes, RunChange, Told } from './changes.ts';
import type { Cell, Table, Write } from './port/sql.ts';
import { attemptCells, runCells } from './run-rows.ts';
import { tables } from './tables.ts';

/** What an event may take before the output that it carries, which its attempt has too, is left out. */
const EVENT_MAX_LENGTH = 4_096;
const DETAIL_MAX_LENGTH = 1_000;
/** Rows of one write. */
const ROWS_MAX = 1_000;

/** The rows that `changes` come to, by the state as it is now. */
export function writesOf(changes: Changes): Write[] {
  const runs = [...changes.runs.values()];
  const renewed = runs.filter(({ newAt }) => newAt !== undefined);
  return [
    ...put(tables.versions, [...changes.versions.values()].map(versionCells)),
    ...put(
      tables.dags,
      [...changes.dags].map(([dag, { hash, position, atMs }]) => [
        textCell(dag),
        hash === undefined ? null : hashKey(hash),
        position,
        wholeCell(atMs),
      ]),
    ),
    ...put(tables.commands, changes.commands.map(commandCells)),
    ...put(
      tables.placements,
      changes.placements.map(({ event, ...at }) => [
        ...placeCells(at, event),
        event.type === 'placement.applied' ? jsonCell(event.placement) : '',
      ]),
    ),
    ...[tables.attempts, tables.events].flatMap((table) => forget(table, renewed)),
    ...put(
      tables.runs,
      runs.map(({ run }) => runCells(run)),
    ),
    ...put(tables.attempts, runs.flatMap(attemptsOf)),
    ...put(tables.events, changes.events.filter((told) => !isForgotten(told, changes)).flatMap(eventCells)),
  ];
}

/** What the log had lost before it was recorded. */
export function gapWrite({ from, to }: { readonly from: Position; readonly to: Position }): Write {
  return { do: 'put', table: tables.gaps, rows: [[from, to]] };
}

function put(table: Table, rows: readonly (readonly Cell[])[]): Write[] {
  const writes: Write[] = [];
  for (let from = 0; from < rows.length; from += ROWS_MAX)
    writes.push({ do: 'put', table, rows: rows.slice(from, from + ROWS_MAX) });
  return writes;
}

/** What is recorded of other runs of those ids. */
function forget(table: Table, renewed: readonly RunChange[]): Write[] {
  const keys = renewed.map(({ run }) => textCell(run.id));
  return keys.length === 0 ? [] : [{ do: 'drop', table, column: 'run', keys }];
}

/** An event of another run of the same id, before that was triggered anew. */
function isForgotten({ event, position, index }: Told, { runs }: Changes): boolean {
  const newAt = 'run' in event ? runs.get(event.run)?.newAt : undefined;
  if (newAt === undefined) return false;
  return position < newAt.position || (position === newAt.position && index < newAt.index);
}

function attemptsOf({ run, isWhole, attempts }: RunChange): Cell[][] {
  if (isWhole) return run.nodes.flatMap((_, index) => attemptsFrom(run, index, 1));
  return [...attempts].flatMap(([index, first]) => attemptsFrom(run, index, first));
}

function attemptsFrom(run: Run, index: number, first: number): Cell[][] {
  const node = run.definition.dag.nodes[index];
  const attempts = run.nodes[index]?.attempts.slice(first - 1) ?? [];
  return node === undefined ? [] : attempts.map((attempt) => attemptCells(run.id, node.name, attempt));
}

function versionCells({
  definition,
  position,
  atMs,
  by,
}: Changes['versions'] extends ReadonlyMap<unknown, infer Version> ? Version : never): Cell[] {
  const { hash, dag } = definition;
  const cells = [hashKey(hash), textCell(hash), textCell(dag.name), jsonCell(dag)];
  return [...cells, position, wholeCell(atMs), textCell(by)];
}

function placeCells({ position, index }: Pick<Told, 'position' | 'index'>, { atMs, by }: LogEvent): Cell[] {
  return [position, index, wholeCell(atMs), textCell(by)];
}

function commandCells({ event, refusal, ...at }: Told<CommandEvent>): Cell[] {
  const names = { dag: undefined, run: undefined, node: undefined, server: undefined, ...event };
  const dag =
    event.type === 'dag.applied' ? event.dag.name : event.type === 'dag.removed' ? event.name : names.dag;
  return [
    ...placeCells(at, event),
    event.type,
    textCellOr(typeof dag === 'string' ? dag : undefined),
    textCellOr(names.run),
    textCellOr(names.node),
    textCellOr(names.server),
    textCellOr(detailOf(event)?.slice(0, DETAIL_MAX_LENGTH)),
    textCellOr(refusal),
  ];
}

/** What else an operator's event says, in a few words. */
function detailOf(event: CommandEvent): string | undefined {
  switch (event.type) {
    case 'dag.applied':
      return `version ${event.hash}, ${event.dag.nodes.length} nodes`;
    case 'placement.applied':
      return event.placement.servers.map(({ host }) => host).join(', ');
    case 'run.triggered': {
      const values = Object.entries(maskSecrets(event.params)).map(
        ([name, value]) => `${name}=${String(value)}`,
      );
      return values.length === 0 ? undefined : values.join(' ');
    }
    case 'node.retried':
      return event.downstream ? 'with downstream' : undefined;
    case 'dag.removed':
    case 'run.canceled':
    case 'run.paused':
    case 'run.resumed':
    case 'server.cordoned':
    case 'server.uncordoned':
      return undefined;
  }
}

function eventCells({ event, position, index }: Told): Cell[][] {
  if (!('run' in event)) return [];
  let body = jsonCell(event);
  if (body.length > EVENT_MAX_LENGTH && event.type === 'attempt.finished' && event.outcome.is === 'succeeded')
    body = jsonCell({ ...event, outcome: { is: 'succeeded' } });
  return [[textCell(event.run), position, index, body]];
}
