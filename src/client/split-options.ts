import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { REQUEST_OPTIONS } from './option-names.ts';

/** Options of a single request, parted: what the request can take it gets, so that its rules apply; the rest makes the client. */
export function splitOptions(options: object): {
  readonly forClient: Record<string, unknown>;
  readonly forRequest: Record<string, unknown>;
} {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidArgument(`The options must be an object, not ${describeValue(options)}.`);
  }
  const forRequest: Record<string, unknown> = {};
  const forClient: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    (REQUEST_OPTIONS.request.has(name) ? forRequest : forClient)[name] = value;
  }
  return { forClient, forRequest };
}
