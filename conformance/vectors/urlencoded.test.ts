import { deepEqual, equal } from 'node:assert/strict';
import { QueryParams } from '../../src/models/query-params.ts';
import { vectors } from './runner.ts';

interface Case {
  readonly input: string;
  readonly output: [name: string, value: string][];
}

vectors('urlencoded', 'url/urlencoded-parser.json', function* load(cases: readonly Case[]) {
  for (const [index, { input, output }] of cases.entries()) {
    const inits: Record<string, string | Uint8Array> = {
      text: input,
      'text after a question mark': `?${input}`,
      bytes: Buffer.from(input),
    };
    for (const [form, init] of Object.entries(inits)) {
      yield {
        id: `${index} ${JSON.stringify(input)} as ${form}`,
        run: () => {
          const params = new QueryParams(init);
          deepEqual([...params], output);
          equal(params.toString(), new URLSearchParams(output).toString());
          deepEqual([...new QueryParams(params.toString())], output);
        },
      };
    }
  }
});
