import { QueryParams } from '../models/query-params.ts';
import type { Redaction } from '../models/redaction.ts';

/** A client's fields without those that are secrets, for a URL outside the origin to which they belong. */
export function withoutSecretFields(fields: readonly string[], redaction: Redaction): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (!redaction.isSecretHeader(fields[i]!)) kept.push(fields[i]!, fields[i + 1]!);
  }
  return kept;
}

/** A client's parameters without those that are secrets. */
export function withoutSecretParams(params: QueryParams, redaction: Redaction): QueryParams {
  return new QueryParams([...params].filter(([name]) => !redaction.isSecretParam(name)));
}
