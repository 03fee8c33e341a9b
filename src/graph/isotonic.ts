/** A wish to stand at `value`, as strong as `weight`. */
export type Wish = { readonly value: number; readonly weight: number };

/**
 * Integers in non-descending order near the wishes of each: the sum of weighted distances is small, and where a stretch is
 * equally good its middle is taken. Pool adjacent violators, with the weighted median of a pool. An item without wishes goes with the item
 * before it.
 */
export function isotonic(wishesOf: readonly (readonly Wish[])[]): number[] {
  const pools: { readonly first: number; readonly pool: Pool }[] = [];
  for (const [item, wishes] of wishesOf.entries()) {
    let first = item;
    let pool = new Pool(wishes);
    let before = pools.at(-1);
    while (
      before !== undefined &&
      (pool.isEmpty || before.pool.isEmpty || before.pool.median > pool.median)
    ) {
      pools.pop();
      first = before.first;
      pool = before.pool.merge(pool);
      before = pools.at(-1);
    }
    pools.push({ first, pool });
  }
  return pools.flatMap(({ first, pool }, index) => {
    const end = pools[index + 1]?.first ?? wishesOf.length;
    return Array.from({ length: end - first }, () => pool.median);
  });
}

/** Wishes in order with their median at hand: adding one costs a search, and the smaller of two pools is added to the larger. */
class Pool {
  readonly #wishes: Wish[];
  #total = 0;
  /** The wish at which the weights of all up to it reach half, and the weight before it. */
  #middle = 0;
  #before = 0;

  constructor(wishes: readonly Wish[]) {
    this.#wishes = wishes.toSorted((a, b) => a.value - b.value);
    for (const wish of wishes) this.#total += wish.weight;
    this.#settle();
  }

  get isEmpty(): boolean {
    return this.#wishes.length === 0;
  }

  /** The middle of the stretch that is best, rounded down; 0 without wishes. */
  get median(): number {
    const wish = this.#wishes[this.#middle];
    if (wish === undefined) return 0;
    if ((this.#before + wish.weight) * 2 > this.#total) return wish.value;
    return Math.floor((wish.value + (this.#wishes[this.#middle + 1]?.value ?? wish.value)) / 2);
  }

  /** All wishes of both; neither may be used again. */
  merge(other: Pool): Pool {
    if (other.#wishes.length > this.#wishes.length) return other.merge(this);
    for (const wish of other.#wishes) this.#add(wish);
    this.#settle();
    return this;
  }

  #add(wish: Wish): void {
    let low = 0;
    let high = this.#wishes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#wishes[middle]?.value ?? 0) <= wish.value) low = middle + 1;
      else high = middle;
    }
    this.#wishes.splice(low, 0, wish);
    this.#total += wish.weight;
    if (low > this.#middle) return;
    this.#middle += 1;
    this.#before += wish.weight;
  }

  #settle(): void {
    const weight = (): number => this.#wishes[this.#middle]?.weight ?? 0;
    while (this.#middle > 0 && this.#before * 2 >= this.#total) {
      this.#middle -= 1;
      this.#before -= weight();
    }
    while (this.#middle < this.#wishes.length - 1 && (this.#before + weight()) * 2 < this.#total) {
      this.#before += weight();
      this.#middle += 1;
    }
  }
}
