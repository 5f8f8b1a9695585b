/** A client under measurement. Each call is one request, from the URL to the content. */
export interface BenchClient {
  /** A small response as text. Returns its length. */
  get(path: string): Promise<number>;
  /** A large response as one buffer. Returns its length. */
  buffer?(path: string): Promise<number>;
  /** A large response piece by piece, none of them kept. Returns the sum of their lengths. */
  stream?(path: string): Promise<number>;
}

/** Makes a client that uses at most so many connections to one origin, and HTTP/2 if that is wanted. */
export type MakeClient = (
  origin: string,
  connections: number,
  isHTTP2: boolean,
) => BenchClient | Promise<BenchClient>;
