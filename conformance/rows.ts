import type { Row, Section } from './row.ts';
import { CLIENT_SECTIONS, ENTRY_SECTIONS } from './rows/client.ts';
import { ERROR_SECTIONS } from './rows/errors.ts';
import { FIELD_SECTIONS } from './rows/fields.ts';
import { SOCKET_SECTIONS, WIRE_SECTIONS } from './rows/network.ts';
import { POLICY_SECTIONS } from './rows/policy.ts';
import { REQUEST_SECTIONS } from './rows/request.ts';
import { REPETITION_SECTIONS } from './rows/repetition.ts';
import { RESPONSE_SECTIONS } from './rows/response.ts';
import { COMMAND_SECTIONS, ROUTING_SECTIONS } from './rows/routing.ts';
import { URL_SECTIONS } from './rows/url.ts';

/** The behaviour table: every section with its rows, in the order of their numbers. */
export const sections: readonly Section[] = [
  ...CLIENT_SECTIONS,
  ...URL_SECTIONS,
  ...FIELD_SECTIONS,
  ...REQUEST_SECTIONS,
  ...RESPONSE_SECTIONS,
  ...POLICY_SECTIONS,
  ...WIRE_SECTIONS,
  ...ERROR_SECTIONS,
  ...ROUTING_SECTIONS,
  ...SOCKET_SECTIONS,
  ...COMMAND_SECTIONS,
  ...ENTRY_SECTIONS,
  ...REPETITION_SECTIONS,
].toSorted((one, other) => orderOf(one) - orderOf(other));

/** Behind httpx's sections (1.) come those of what httpx does not have (2.). */
function orderOf({ id }: Section): number {
  const [part, number] = id.split('.');
  return Number(part) * 1000 + Number(number);
}

/** Every row of the table. */
export const rows: readonly Row[] = sections.flatMap((section) => section.rows);

/** The rows by id. */
export const rowById: ReadonlyMap<string, Row> = new Map(rows.map((row) => [row.id, row]));
