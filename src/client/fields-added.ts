import type { Request } from '../message/request.ts';

/** Names of the fields that a request has and another one has not, those that describe its body excepted. */
export function fieldsAdded(before: Request, after: Request): string[] {
  const names: string[] = [];
  for (let i = 0; i < after.fields.length; i += 2) {
    const name = after.fields[i]!;
    if (!/^content-|^transfer-encoding$/i.test(name) && before.headers.get(name) !== after.headers.get(name))
      names.push(name);
  }
  return names;
}
