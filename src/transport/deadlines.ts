import { MAX_DELAY } from '../models/timeout.ts';

/** Something that has to be over at a certain time. */
export interface Deadlined {
  /** On the clock of `performance.now()`; `Infinity` for never. Kept by {@link Deadlines}. */
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

  /** Limits the step at hand to so many milliseconds from now, null for any number; `total` holds beside it. */
  limit(item: Deadlined, limit: number | null, total: number | null, now: number): void {
    const deadline = limit === null ? Infinity : now + limit;
    this.move(item, total !== null && total < deadline ? total : deadline, now);
  }

  /** Sets the deadline of an item, now or later than it was; `Infinity` takes it off the list. */
  move(item: Deadlined, deadline: number, now: number): void {
    item.deadline = deadline;
    if (deadline === Infinity) {
      this.#unwatch(item);
      return;
    }
    if (item.deadlineIndex === -1) {
      item.deadlineIndex = this.#watched.length;
      this.#watched.push(item);
      // The timer keeps the process alive only while something is waited for.
      if (this.#watched.length === 1) this.#timer?.ref();
    }
    if (deadline < this.#wakeAt) this.#arm(deadline, now);
  }

  #unwatch(item: Deadlined): void {
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
    const delay = Math.max(GRAIN, Math.ceil(at - now) + 1);
    this.#timer = setTimeout(this.#wake, Math.min(delay, MAX_DELAY));
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
      // The end of one may have moved another on: it freed the connection that the other one waited for.
      if (item.deadline > now) {
        if (item.deadline < next) next = item.deadline;
        continue;
      }
      item.deadline = Infinity;
      this.#unwatch(item);
      try {
        item.onDeadline(now);
      } catch (error) {
        // A defect of one is for whoever watches the process; the clock of the others goes on.
        process.nextTick(() => {
          throw error;
        });
      }
    }
    // What expired may have put others on the list, and armed a nearer timer with them.
    if (next < this.#wakeAt) this.#arm(next, performance.now());
    if (this.#watched.length === 0) (this.#timer as NodeJS.Timeout | null)?.unref();
  };
}
