/**
 * Which messages of an inbox are done. It is stored as the offset that a group commits, and a note beside it, so that Kafka's tools show what waits: all below
 * the offset is done; of what lies between it and `handed`, the note lists what is not.
 */
export class Ledger {
  readonly #topic: string;
  /** Handed over at some time and not acknowledged; ascending. */
  readonly #open: Set<number>;
  #handed: number;

  private constructor(topic: string, open: Iterable<number>, handed: number) {
    this.#topic = topic;
    this.#open = new Set(open);
    this.#handed = handed;
  }

  /** What `note` tells, if it is about this topic; else nothing was handed over yet. */
  static read(topic: string, offset: number, note: string): Ledger {
    const [id, handed = '', ...open] = note.split(' ');
    if (id !== topic || !/^\d+$/.test(handed)) return new Ledger(topic, [], 0);
    return new Ledger(
      topic,
      open.map((delta) => offset + Number.parseInt(delta, NOTE_RADIX)),
      Number(handed),
    );
  }

  /** Everything before is done. */
  get offset(): number {
    const [first = this.#handed] = this.#open;
    return first;
  }

  get note(): string {
    const deltas = [...this.#open].map((offset) => (offset - this.offset).toString(NOTE_RADIX));
    return [this.#topic, this.#handed, ...deltas].join(' ');
  }

  isDone(offset: number): boolean {
    return offset < this.#handed && !this.#open.has(offset);
  }

  wasHanded(offset: number): boolean {
    return offset < this.#handed;
  }

  /** To be stored before the message is handed over. */
  hand(offset: number): void {
    if (offset < this.#handed) return;
    this.#handed = offset + 1;
    this.#open.add(offset);
  }

  ack(offset: number): void {
    this.#open.delete(offset);
  }

  /** Messages that can't come any more, since the topic begins after them. */
  dropBefore(start: number): void {
    for (const offset of this.#open) if (offset < start) this.#open.delete(offset);
    this.#handed = Math.max(this.#handed, start);
  }
}

const NOTE_RADIX = 36;
