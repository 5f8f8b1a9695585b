import { sameName } from '../models/field-syntax.ts';
import type { Redaction } from '../models/redaction.ts';

/** Fields whose values are URLs, in which secrets may stand as in any other URL. */
const URL_FIELDS = ['location', 'content-location', 'referer'];

/** Fields as people and log files may see them: secret values and secrets in URLs masked. */
export function maskFields(
  fields: readonly (readonly [name: string, value: string])[],
  redaction: Redaction,
): (readonly [name: string, value: string])[] {
  return fields.map(([name, value]) => [
    name,
    URL_FIELDS.some((field) => sameName(field, name)) ? redaction.url(value) : redaction.header(name, value),
  ]);
}
