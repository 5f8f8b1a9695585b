import { Headers } from '../models/headers.ts';
import { DEFAULT_REDACTION, type Redaction } from '../models/redaction.ts';
import type { TransportContext } from './transport.ts';

/** The callbacks of the caller that hear how an exchange goes. */
export class ExchangeListeners {
  readonly #context: TransportContext;
  readonly #uploadLength: number | null;
  readonly #fail: (error: unknown) => void;
  readonly #redaction: Redaction;
  #downloadLength: number | null = null;

  /**
   * @param uploadLength octets of the body of the request, if that is known
   * @param fail called with what a callback throws: it ends the request
   */
  constructor(
    context: TransportContext,
    uploadLength: number | null,
    fail: (error: unknown) => void,
    redaction: Redaction = DEFAULT_REDACTION,
  ) {
    this.#context = context;
    this.#redaction = redaction;
    this.#uploadLength = uploadLength;
    this.#fail = fail;
  }

  informational(status: number, statusText: string, fields: readonly string[]): void {
    const { onInformational } = this.#context;
    if (onInformational !== null)
      this.#call(onInformational, {
        status,
        statusText,
        headers: Headers.fromWire(fields, false, this.#redaction),
      });
  }

  /** The head of the response tells how long its body will be, or does not. */
  expect(length: number | null): void {
    this.#downloadLength = length;
  }

  uploaded(transferred: number): void {
    const { onUploadProgress } = this.#context;
    if (onUploadProgress !== null) this.#call(onUploadProgress, { transferred, total: this.#uploadLength });
  }

  downloaded(transferred: number): void {
    const { onDownloadProgress } = this.#context;
    if (onDownloadProgress !== null)
      this.#call(onDownloadProgress, { transferred, total: this.#downloadLength });
  }

  #call<T>(listener: (event: T) => void, event: T): void {
    try {
      listener(event);
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** Whether the caller listens at all. */
export function hasListeners(context: TransportContext): boolean {
  return (
    context.onInformational !== null ||
    context.onUploadProgress !== null ||
    context.onDownloadProgress !== null
  );
}
