/** Something that has to be over at a certain time. */
export interface Deadlined {
  /** On the clock of `performance.now()`; `Infinity` for never. May be changed at any time, later without a call. */
  deadline: number;
  /** Place in the list; -1 when it is not in it. Kept by {@link Deadlines}. */
  deadlineIndex: number;
  onDeadline(now: number): void;
}

/** Expired ones are looked for at most this often, in milliseconds. */
const GRAIN = 2;

/**
 * Watches the deadlines of all exchanges with one timer. Deadlines move with every chunk that comes, so a timer
 * for each would be set thousands of times and fire never; here moving one is an assignment, and the list is
 * looked through only when the earliest known deadline may have passed.
 */
export class Deadlines {
  readonly #watched: Deadlined[] = [];
  #timer: NodeJS.Timeout | null = null;
  #wakeAt = Infinity;

  /** Begins to watch; does nothing if it is watched already and the deadline is not nearer than the timer. */
  watch(item: Deadlined, now: number): void {
    if (item.deadlineIndex === -1) {
      item.deadlineIndex = this.#watched.length;
      this.#watched.push(item);
      // The timer keeps the process alive only while something is waited for.
      if (this.#watched.length === 1) this.#timer?.ref();
    }
    if (item.deadline < this.#wakeAt) this.#arm(item.deadline, now);
  }

  unwatch(item: Deadlined): void {
    const index = item.deadlineIndex;
    if (index === -1) return;
    const last = this.#watched.pop()!;
    if (last !== item) {
      this.#watched[index] = last;
      last.deadlineIndex = index;
    }
    item.deadlineIndex = -1;
    if (this.#watched.length === 0) this.#timer?.unref();
  }

  #arm(at: number, now: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wakeAt = at;
    // Timers of Node may fire up to a millisecond early.
    this.#timer = setTimeout(this.#wake, Math.max(GRAIN, Math.ceil(at - now) + 1));
  }

  readonly #wake = (): void => {
    this.#timer = null;
    this.#wakeAt = Infinity;
    const now = performance.now();
    const expired: Deadlined[] = [];
    let next = Infinity;
    for (const item of this.#watched) {
      if (item.deadline <= now) expired.push(item);
      else if (item.deadline < next) next = item.deadline;
    }
    for (const item of expired) {
      this.unwatch(item);
      item.onDeadline(now);
    }
    // What expired may have put others on watch, and a nearer timer with them.
    if (next < this.#wakeAt) this.#arm(next, now);
    if (this.#watched.length === 0) (this.#timer as NodeJS.Timeout | null)?.unref();
  };
}
