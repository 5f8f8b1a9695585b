import { packError, type PortableError } from './portable-error.ts';

type Info = Readonly<Record<string, unknown>>;

/** What is known of a trace event, with its errors in the form in which they cross to another thread. */
export interface PackedInfo {
  readonly values: Info;
  readonly errors: Readonly<Record<string, PortableError>>;
}

export function packInfo(info: Info, given: WeakMap<object, number>): PackedInfo {
  const entries = Object.entries(info);
  return {
    values: Object.fromEntries(entries.filter(([, value]) => !isError(value))),
    errors: Object.fromEntries(
      entries.filter(([, value]) => isError(value)).map(([name, error]) => [name, packError(error, given)]),
    ),
  };
}

export function unpackInfo({ values, errors }: PackedInfo, unpack: (error: PortableError) => unknown): Info {
  const unpacked = Object.entries(errors).map(([name, error]) => [name, unpack(error)]);
  return { ...values, ...Object.fromEntries(unpacked) };
}

function isError(value: unknown): boolean {
  return value instanceof Error;
}
