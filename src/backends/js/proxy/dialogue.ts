import type { ProxyReply, ProxyRoute, TunnelNegotiation } from '../../contract.ts';

/** What a proxy is told in one CONNECT after another: always the same, or what a negotiation says. */
export class Dialogue {
  /** The fields of the CONNECT that comes next. */
  fields: readonly string[];
  readonly #signal: AbortSignal;
  #negotiation: TunnelNegotiation | null;

  private constructor(fields: readonly string[], negotiation: TunnelNegotiation | null, signal: AbortSignal) {
    this.fields = fields;
    this.#negotiation = negotiation;
    this.#signal = signal;
  }

  /** @param signal ends every wait for the negotiation, which is a part of the program and may take its time */
  static async start({ fields, negotiate }: ProxyRoute, signal: AbortSignal): Promise<Dialogue> {
    const dialogue = new Dialogue(fields, negotiate?.() ?? null, signal);
    try {
      await dialogue.takes(null);
    } catch (error) {
      await dialogue.close();
      throw error;
    }
    return dialogue;
  }

  /** Whether there is a CONNECT to send after this reply. */
  async takes(reply: ProxyReply | null): Promise<boolean> {
    if (this.#negotiation === null) return false;
    const next = await this.#unlessAborted(this.#negotiation.next(reply));
    if (next === null) return false;
    this.fields = next;
    return true;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const negotiation = this.#negotiation;
    this.#negotiation = null;
    if (negotiation !== null) await this.#unlessAborted(negotiation.close());
  }

  #unlessAborted<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(signal.reason as Error);
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
  }
}
