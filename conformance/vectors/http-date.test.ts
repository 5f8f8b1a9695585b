import { equal } from 'node:assert/strict';
import { formatHTTPDate, parseHTTPDate } from '../../src/models/http-date.ts';
import { vectors } from './runner.ts';

interface Data {
  readonly http_date: readonly { date: string; ok: boolean }[];
}

vectors('http-date', 'http1-parsing/go-response.json', function* load(data: Data) {
  for (const { date, ok } of data.http_date) {
    yield {
      id: date === '' ? '(empty)' : date,
      run: () => {
        const time = parseHTTPDate(date);
        equal(time !== null, ok);
        // All valid cases of the set are the standard's own example in its three formats.
        if (time !== null) equal(formatHTTPDate(time), 'Sun, 06 Nov 1994 08:49:37 GMT');
      },
    };
  }
});
