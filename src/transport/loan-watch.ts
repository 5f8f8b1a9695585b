/** Milliseconds between two looks. */
const INTERVAL = 100;

/** What the peer does to an idle connection on loan shows when somebody looks: so it is looked at now and then. */
export class LoanWatch {
  readonly #look: () => boolean;
  #timer: NodeJS.Timeout | null = null;

  /** @param look tells whether there is anything left to look at */
  constructor(look: () => boolean) {
    this.#look = look;
  }

  /** Looks again and again from now on, as long as there is something to look at. */
  start(): void {
    // A loan is no reason for the process to live on.
    this.#timer ??= setTimeout(this.#onTime, INTERVAL).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #onTime = (): void => {
    this.#timer = null;
    if (this.#look()) this.start();
  };
}
