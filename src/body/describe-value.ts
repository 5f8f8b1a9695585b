/** What a value is, for the message of an error: `a number`, `an array`, `a Map`, `a plain object`. Never its content. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'an array';
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return 'a plain object';
  const { constructor } = value;
  const name = typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'object';
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}
