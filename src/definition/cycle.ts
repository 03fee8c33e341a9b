/**
 * One cycle of each group of nodes that are in cycles with each other, at most `most` of them. `upstream[i]` are the
 * indices that node i depends on. A cycle is given in the order in which its nodes would run, from the node that
 * stands first in the file. Iterative throughout: a chain may be as long as a file allows. O(nodes + edges).
 */
export function cyclesOf(upstream: readonly (readonly number[])[], most: number): number[][] {
  const cycles: number[][] = [];
  for (const group of knots(upstream)) {
    if (cycles.length >= most) break;
    cycles.push(shortestCycle(upstream, group));
  }
  return cycles;
}

/** Strongly connected components of two nodes or more (Tarjan 1972, with its recursion on a stack), in file order. */
function knots(upstream: readonly (readonly number[])[]): number[][] {
  const order = new Map<number, number>();
  const low: number[] = [];
  const open: number[] = [];
  const isOpen = new Set<number>();
  const groups: number[][] = [];
  for (const root of upstream.keys()) {
    const path: { node: number; next: number }[] = order.has(root) ? [] : [{ node: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top;
      if (!order.has(node)) {
        order.set(node, order.size);
        low[node] = order.size - 1;
        open.push(node);
        isOpen.add(node);
      }
      const target = upstream[node]?.[top.next];
      top.next += 1;
      if (target === undefined) {
        path.pop();
        const parent = path.at(-1)?.node;
        if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
        if (low[node] === order.get(node)) {
          const group = open.splice(open.lastIndexOf(node));
          for (const member of group) isOpen.delete(member);
          if (group.length > 1) groups.push(group.toSorted((a, b) => a - b));
        }
      } else if (!order.has(target)) path.push({ node: target, next: 0 });
      else if (isOpen.has(target)) low[node] = Math.min(low[node] ?? 0, order.get(target) ?? 0);
    }
  }
  return groups.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** A shortest cycle through the first node of `group`, found breadth first along the dependencies. */
function shortestCycle(upstream: readonly (readonly number[])[], group: readonly number[]): number[] {
  const start = group[0] ?? 0;
  const inside = new Set(group);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const target of upstream[node] ?? []) {
      if (target === start) return runOrder(start, node, cameFrom);
      if (!inside.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  throw new Error('a strongly connected group without a cycle');
}

/** The way found is start ← … ← last, each depending on the next; run order begins at the start and then the last. */
function runOrder(start: number, last: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const cycle = [start];
  for (let node: number | undefined = last; node !== undefined && node !== start; node = cameFrom.get(node))
    cycle.push(node);
  return cycle;
}
