/** One behaviour of the kernels or of their choice switched off in TypeScript; the tests of kernels must notice. */
export interface KernelSabotage {
  readonly name: string;
  /** File below `src`. */
  readonly file: string;
  /** Text that stands in it exactly once. */
  readonly find: string;
  readonly replace: string;
}

export const kernelSabotages: readonly KernelSabotage[] = [
  {
    name: 'json: a backslash may stand before anything',
    file: 'kernels/json-scanner.ts',
    find: `new Set(Buffer.from('"\\\\/bfnrt'))`,
    replace: `new Set(Buffer.from('"\\\\/bfnrtx0eE1'))`,
  },
  {
    name: 'json: what is no UTF-8 is not looked for',
    file: 'kernels/json-scanner.ts',
    find: 'const invalid = isUtf8(text) ? -1 : findInvalidUTF8(text);',
    replace: 'const invalid = -1;',
  },
  {
    name: 'json: anything may follow the text',
    file: 'kernels/json-scanner.ts',
    find: '    if (this.at !== this.text.length) throw this.fault();',
    replace: '',
  },
  {
    name: 'json: cells begin one octet late',
    file: 'kernels/json-pluck.ts',
    find: 'this.#base + start, this.#base + scanner.at',
    replace: 'this.#base + start + 1, this.#base + scanner.at',
  },
  {
    name: 'json: tables have no limit',
    file: 'kernels/json-pluck.ts',
    find: "    if (this.#length * 4 + this.#arenaLength > this.#maxOutput) throw new KernelFault('limit', at);",
    replace: '',
  },
  {
    name: 'json: escaped names are compared as they stand',
    file: 'kernels/json-pluck.ts',
    find: '    if (hasEscapes) {\n      const name',
    replace: '    if (hasEscapes && keys.length > 1000) {\n      const name',
  },
  {
    name: 'json: of members with one name the first counts too',
    file: 'kernels/json-pluck.ts',
    find: '        results.forget(child, rows);\n',
    replace: '',
  },
  {
    name: 'json: embedded texts fault at their own offsets',
    file: 'kernels/json-pluck.ts',
    find: 'new KernelFault(error.code, start) : error',
    replace: 'new KernelFault(error.code, error.offset) : error',
  },
  {
    name: 'html: ids may begin with what is wanted',
    file: 'kernels/html-conditions.ts',
    find: 'return found.length === length && isAt(condition, found, 0);',
    replace: 'return isAt(condition, found, 0);',
  },
  {
    name: 'html: a suffix may stand anywhere',
    file: 'kernels/html-conditions.ts',
    find: 'isAt(condition, found, found.length - length)',
    replace: 'isAt(condition, found, 0)',
  },
  {
    name: 'html: nth-child counts from zero',
    file: 'kernels/html-conditions.ts',
    find: 'const distance = index - offset;',
    replace: 'const distance = index - 1 - offset;',
  },
  {
    name: 'html: character references of values stay',
    file: 'kernels/html-conditions.ts',
    find: 'if (!value.includes(AMPERSAND)) return value;',
    replace: 'if (value.length >= 0) return value;',
  },
  {
    name: 'html: C1 references are what their number says',
    file: 'kernels/html-conditions.ts',
    find: '  if (code >= 0x80 && code <= 0x9f) return C1[code - 0x80]!;\n',
    replace: '',
  },
  {
    name: 'html: a child may be any descendant',
    file: 'kernels/html-extract.ts',
    find: '      return level.own;',
    replace: '      return level.around;',
  },
  {
    name: 'html: inner HTML ends behind the end tag',
    file: 'kernels/html-extract.ts',
    find: 'take === TAKES.INNER ? contentEnd : end',
    replace: 'end',
  },
  {
    name: 'html: tables have no limit',
    file: 'kernels/html-extract.ts',
    find: "    if ((this.#records.length + this.#runs.length) * 4 > this.#maxOutput) throw new KernelFault('limit', at);",
    replace: '',
  },
  {
    name: 'html: a comment ends at any bracket',
    file: 'kernels/html-tokenizer.ts',
    find: 'if (dashes - 2 >= start && ',
    replace: 'if (dashes >= 0 || ',
  },
  {
    name: 'html: an item does not close the one before',
    file: 'kernels/html-tree.ts',
    find: "    if (id === 'li') height",
    replace: "    if (id === 'none') height",
  },
  {
    name: 'charset: UTF-16 is not known by its zeros',
    file: 'kernels/charset-detect.ts',
    find: '  if (wide !== UTF_8) return wide;\n',
    replace: '',
  },
  {
    name: 'charset: escapes of ISO-2022-JP are overlooked',
    file: 'kernels/charset-detect.ts',
    find: 'return hasEscapes(input) ? ISO_2022_JP : UTF_8;',
    replace: 'return UTF_8;',
  },
  {
    name: 'charset: a cut character is no UTF-8',
    file: 'kernels/charset-detect.ts',
    find: '  if (isUTF8(input)) return UTF_8;',
    replace: '  if (isUtf8(input)) return UTF_8;',
  },
  {
    name: 'selection: short inputs cross too',
    file: 'kernels/choose-kernels.ts',
    find: '    if (args[0].length < from) return plain(...args);\n',
    replace: '',
  },
  {
    name: 'selection: a kernel that does not work is used',
    file: 'kernels/choose-kernels.ts',
    find: '      if (!works(kernel)) {',
    replace: '      if (!works(kernel) && from < 0) {',
  },
  {
    name: 'self-test: any outcome will do',
    file: 'kernels/kernel-vectors.ts',
    find: 'if (found !== expected) return',
    replace: 'if (found === -1) return',
  },
  {
    name: 'self-test: no octet is looked at',
    file: 'kernels/kernel-vectors.ts',
    find: '.every((octet, index) => out[index] === octet)',
    replace: '.every((octet) => octet >= 0)',
  },
  {
    name: 'self-test: a kernel that was named degrades',
    file: 'backends/select-kernels.ts',
    find: 'if (fault !== null && isNamed) throw',
    replace: 'if (fault === host.target && isNamed) throw',
  },
  {
    name: 'self-test: the report keeps silent',
    file: 'backends/select.ts',
    find: '  if (broken.size === 0) return report;',
    replace: '  if (broken.size >= 0) return report;',
  },
];
