/** An argument that the compiler would refuse. */
export function wrong<T>(value: unknown): T {
  return value as T;
}

/** The error about a request that would break the protocol. */
export const ILLEGAL = { name: 'LocalProtocolError', code: 'ERR_LOCAL_PROTOCOL' };

/** The error about a wrong argument. */
export const INVALID = { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' };
