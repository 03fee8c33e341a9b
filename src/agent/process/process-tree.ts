import type { MarkedProcess, ProcessTable } from './process-table.ts';

/** The processes of one attempt. */
export type Tree = {
  /** Stands in the environment of all that the attempt started. */
  readonly marker: string;
  /** The process group, which is also the session, that the command was started in; undefined once it may be another's. */
  group: number | undefined;
};

/**
 * The living processes of each tree. To a tree belong those that carry its marker, those of its group or session, all children of
 * such ones, and all in a session that one of them is in (a process can only enter a session by birth). `selfPid` and the
 * processes above it belong to none, nor do processes with the marker of another attempt.
 */
export function membersOf<T extends Tree>(
  trees: Iterable<T>,
  table: ProcessTable,
  selfPid: number,
): Map<T, MarkedProcess[]> {
  const byMarker = new Map<string, T>();
  const bySession = new Map<number, T>();
  const members = new Map<T, MarkedProcess[]>();
  for (const tree of trees) {
    byMarker.set(tree.marker, tree);
    if (tree.group !== undefined) bySession.set(tree.group, tree);
    members.set(tree, []);
  }
  const agents = lineOf(table, selfPid);
  for (const pid of agents) bySession.delete(table.get(pid)?.session ?? 0);
  const agentSessions = new Set([...agents].map((pid) => table.get(pid)?.session));
  const owners = new Map<number, T>();
  let open = [...table.values()].filter(({ pid, isZombie }) => !isZombie && !agents.has(pid));
  for (let before = -1; before !== open.length;) {
    before = open.length;
    open = open.filter((process) => {
      const marked = process.marker === undefined ? undefined : byMarker.get(process.marker);
      const isOthers = marked === undefined && isAttempt(process.marker, byMarker);
      const owner =
        marked ??
        (isOthers
          ? undefined
          : (bySession.get(process.group) ?? bySession.get(process.session) ?? owners.get(process.parent)));
      if (owner === undefined) return true;
      owners.set(process.pid, owner);
      if (!agentSessions.has(process.session)) bySession.set(process.session, owner);
      members.get(owner)?.push(process);
      return false;
    });
  }
  return members;
}

/** Whether `marker` is one of this data folder's, which all begin alike. */
function isAttempt(marker: string | undefined, byMarker: ReadonlyMap<string, unknown>): boolean {
  const [any] = byMarker.keys();
  return marker !== undefined && any !== undefined && folderOf(marker) === folderOf(any);
}

function folderOf(marker: string): string {
  return marker.slice(0, marker.indexOf('.'));
}

function lineOf(table: ProcessTable, pid: number): Set<number> {
  const line = new Set<number>([1]);
  for (let at = pid; at > 1 && !line.has(at); at = table.get(at)?.parent ?? 0) line.add(at);
  return line;
}
