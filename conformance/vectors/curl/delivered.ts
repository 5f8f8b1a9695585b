import type { InformationalResponse, Response, StreamResponse } from '../../../src/index.ts';

/** What one transfer gave to its caller. */
export interface Delivered {
  /** Status line and fields of each response on the way, interim ones included. */
  readonly heads: readonly (readonly string[])[];
  /** The content of the last one, as Latin-1 text. */
  readonly content: string;
  readonly trailers: readonly string[];
}

/** Collects what a transfer gives, while it does. */
export class DeliveryRecord implements Delivered {
  readonly heads: string[][] = [];
  content = '';
  trailers: string[] = [];

  addInformational({ status, statusText, headers }: InformationalResponse): void {
    this.heads.push([`HTTP/1.1 ${status} ${statusText}`, ...headers.raw.map(line)]);
  }

  addHead({ status, statusText, headers, httpVersion }: Response | StreamResponse): void {
    this.heads.push([`HTTP/${httpVersion} ${status} ${statusText}`, ...headers.raw.map(line)]);
  }

  addContent(bytes: Uint8Array): void {
    this.content += Buffer.from(bytes).toString('latin1');
  }

  addTrailers({ trailers }: Response | StreamResponse): void {
    this.trailers = trailers.raw.map(line);
  }
}

function line([name, value]: readonly [string, string]): string {
  return `${name}: ${value}`;
}
