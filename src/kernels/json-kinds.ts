/** What a value is, as a cell of a table says it; 0 is no value. `ESCAPED` is a string with escape sequences. */
export const JSON_KINDS = {
  NULL: 1,
  FALSE: 2,
  TRUE: 3,
  NUMBER: 4,
  STRING: 5,
  ESCAPED: 6,
  ARRAY: 7,
  OBJECT: 8,
} as const;
