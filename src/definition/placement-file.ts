import type { DagName, NodeName, ServerName } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import type { PlacedServer, Placement, PlacementEntry } from '../model/placement.ts';
import type { Diagnostic } from './diagnostic.ts';
import { quoted } from './diagnostic.ts';
import type { Field } from './fields.ts';
import { readFields, reportType } from './fields.ts';
import type { Problems } from './problems.ts';
import type { MapSource, Source } from './source.ts';
import { describe } from './source.ts';
import type { TextFile } from './source-file.ts';
import { outcome, readSource } from './source-file.ts';
import { checkName, readFlag, readName, readText, readTexts, readWhole } from './values.ts';

export const PLACEMENT_KEYS: readonly string[] = ['servers'];
export const SERVER_KEYS: readonly string[] = ['host', 'nodes', 'concurrency', 'labels', 'standby'];

type Place = { readonly line: number; readonly column: number };

/** A placement with where its entries stand, for `checkPlacement`. */
export type PlacementDoc = {
  readonly file: string;
  readonly placement: Placement;
  /** Where `servers` stands. */
  readonly at: Place;
  /** `places[i][j]`: where entry j of server i stands. */
  readonly places: readonly (readonly Place[])[];
};

type ReadServer = { readonly server: PlacedServer; readonly places: readonly Place[] };
type ReadEntry = { readonly entry: PlacementEntry; readonly at: number };

/**
 * Reads a placement file, as YAML or (by its ending) JSON. `placement` and `doc` are there when no diagnostic is an error.
 * Never throws, whatever the text; bounded by `limits`. Whether the nodes exist is `checkPlacement`'s.
 */
export function parsePlacement(file: TextFile): {
  placement?: Placement;
  doc?: PlacementDoc;
  diagnostics: Diagnostic[];
} {
  const { root, problems } = readSource(file, 'servers');
  const read = root === undefined ? undefined : readDoc(problems, root, file.file);
  const { value: doc, diagnostics } = outcome(read, problems);
  return doc === undefined ? { diagnostics } : { placement: doc.placement, doc, diagnostics };
}

function readDoc(problems: Problems, root: MapSource, file: string): PlacementDoc | undefined {
  if (root.entries.some(({ key }) => key === 'nodes') && !root.entries.some(({ key }) => key === 'servers')) {
    problems.error(root.at, 'this is a dag, not a placement file', 'a placement file has "servers"');
    return undefined;
  }
  const field = readFields(problems, root, '', { known: PLACEMENT_KEYS })?.get('servers');
  if (field === undefined) {
    problems.error(root.at, 'the file has no "servers"', 'add servers: [{host: srv-1, nodes: ["*"]}]');
    return undefined;
  }
  if (field.value.kind !== 'list')
    return reportType(problems, field, 'a list of servers', 'such as - {host: srv-1, nodes: [A, B]}');
  const { items } = field.value;
  if (items.length === 0) problems.error(field.value.at, '"servers" is empty', 'list at least one server');
  if (items.length > limits.serversMax) {
    problems.error(
      field.value.at,
      `there are ${items.length} servers; the bound is ${limits.serversMax}`,
      'list fewer',
    );
    return undefined;
  }
  const servers: ReadServer[] = [];
  const firstAt = new Map<ServerName, number>();
  for (const item of items) {
    const read = readServer(problems, item, firstAt);
    if (read !== undefined) servers.push(read);
  }
  const placement = { servers: servers.map(({ server }) => server) };
  return { file, placement, at: problems.placeOf(field.at), places: servers.map(({ places }) => places) };
}

function readServer(
  problems: Problems,
  item: Source,
  firstAt: Map<ServerName, number>,
): ReadServer | undefined {
  const fields = readFields(problems, item, serverLabel(item), { known: SERVER_KEYS });
  if (fields === undefined) return undefined;
  const hostField = fields.get('host');
  if (hostField === undefined)
    problems.error(
      item.at,
      'a server without a host',
      'add "host: …": an IP address, a host name or a name of its own',
    );
  const host =
    hostField && readName<ServerName>(problems, { ...hostField, label: 'host', at: hostField.value.at });
  if (host !== undefined && hostField !== undefined) {
    const first = firstAt.get(host);
    if (first === undefined) firstAt.set(host, hostField.value.at);
    else {
      const message = `the host ${quoted(host)} is listed twice (first at line ${problems.lineAt(first)})`;
      problems.error(hostField.value.at, message, 'put all its nodes into one entry');
    }
  }
  const nodes = fields.get('nodes');
  if (nodes === undefined)
    problems.error(
      item.at,
      `${serverLabel(item)} has no "nodes"`,
      'add "nodes: [A, B]", or nodes: ["*"] for the rest',
    );
  const entries = nodes === undefined ? [] : readEntries(problems, nodes);
  const concurrency = fields.get('concurrency');
  const slots = concurrency && readWhole(problems, concurrency, 1, limits.concurrencyMax);
  const labels = fields.get('labels');
  const standby = fields.get('standby');
  const server = {
    nodes: entries.map(({ entry }) => entry),
    ...(slots === undefined ? {} : { concurrency: slots }),
    labels: (labels && readTexts(problems, labels, 'label')) ?? {},
    standby: (standby && readFlag(problems, standby)) ?? false,
  };
  if (host === undefined) return undefined;
  return { server: { host, ...server }, places: entries.map(({ at }) => problems.placeOf(at)) };
}

function serverLabel(item: Source): string {
  const host = item.kind === 'map' ? item.entries.find(({ key }) => key === 'host')?.value : undefined;
  return host?.kind === 'scalar' && host.text !== '' ? `server ${quoted(host.text)}` : 'a server';
}

function readEntries(problems: Problems, field: Field): ReadEntry[] {
  const { value } = field;
  if (value.kind === 'map' || (value.kind === 'scalar' && value.value === null)) {
    reportType(
      problems,
      field,
      'a node or a list of nodes',
      'such as [A, etl/B], or ["*"] for what nobody else lists',
    );
    return [];
  }
  const entries = new Map<string, ReadEntry>();
  const items = value.kind === 'list' ? value.items : [value];
  if (items.length === 0) problems.warn(value.at, `${field.label} is empty: the server takes no work`);
  for (const item of items) {
    const label = `node in ${field.label}`;
    const text = readText(problems, { label, at: item.at, value: item }, 'a node');
    const entry = text === undefined ? undefined : readEntry(problems, text, label, item.at);
    if (text === undefined || entry === undefined) continue;
    if (entries.has(text))
      problems.warn(item.at, `${field.label}: ${describe(item)} stands there twice`, 'remove one');
    else entries.set(text, { entry, at: item.at });
  }
  return [...entries.values()];
}

/** `B`, `etl/B` or `*`. */
function readEntry(problems: Problems, text: string, label: string, at: number): PlacementEntry | undefined {
  if (text === '*') return { everything: true };
  const [first = '', second, ...more] = text.split('/');
  if (more.length > 0 || first === '*' || second === '*') {
    problems.error(
      at,
      `${label}: ${quoted(text)} is neither a node nor dag/node`,
      '"*" alone takes what nobody else lists',
    );
    return undefined;
  }
  if (second === undefined) {
    const node = checkName<NodeName>(problems, text, { label, at });
    return node === undefined ? undefined : { node };
  }
  const dag = checkName<DagName>(problems, first, { label: `dag of the ${label}`, at });
  const node = checkName<NodeName>(problems, second, { label, at });
  return dag === undefined || node === undefined ? undefined : { dag, node };
}
