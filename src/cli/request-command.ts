import { Client } from '../client/client.ts';
import { AbortError } from '../errors/abort-error.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { DEFAULT_REDACTION, Redaction } from '../models/redaction.ts';
import type { Trace } from '../models/trace.ts';
import { type AssembledRequest, assembleRequest } from './assemble-request.ts';
import { describeError, EXIT, exitCodeOf } from './describe-error.ts';
import { Download } from './download.ts';
import { formatHead } from './format-head.ts';
import { InputFiles } from './input.ts';
import type { CommandIO } from './io.ts';
import { jsonReport, type Outcome } from './json-report.ts';
import { printBody, printExact } from './print-body.ts';
import type { RequestCommandLine } from './request-command-line.ts';
import { type Style, styleOf } from './style.ts';
import { wireLogLines } from './wire-log.ts';

/** Sends the request of a command line and prints what comes back. */
export async function runRequest(line: RequestCommandLine, io: CommandIO): Promise<number> {
  const files = new InputFiles(io);
  const run = new RequestRun(line, io, files);
  try {
    await run.send(await assembleRequest(line, files, io));
  } catch (error) {
    run.fail(error);
  }
  for (const part of [run, files]) {
    try {
      await part.close();
    } catch (error) {
      run.fail(error);
    }
  }
  return run.report();
}

class RequestRun {
  readonly #line: RequestCommandLine;
  readonly #io: CommandIO;
  readonly #files: InputFiles;
  readonly #redaction: Redaction;
  readonly #style: Style;
  readonly #logStyle: Style;
  #client: Client | null = null;
  #outcome: Outcome = { request: null, response: null, content: null, download: null, error: undefined };

  constructor(line: RequestCommandLine, io: CommandIO, files: InputFiles) {
    this.#line = line;
    this.#io = io;
    this.#files = files;
    this.#redaction = line.showsSecrets ? Redaction.off : DEFAULT_REDACTION;
    this.#style = styleOf(io.stdout, line.colour, io.env);
    this.#logStyle = styleOf(io.stderr, line.colour, io.env);
  }

  async send({ method, url, clientOptions, requestOptions }: AssembledRequest): Promise<void> {
    const { output, download: target, raises, isVerbose } = this.#line;
    this.#client = new Client({
      ...clientOptions,
      ...(isVerbose ? { trace: this.#trace() } : {}),
      // As they come, so that the way to an error in the middle of redirects is seen.
      hooks: { response: output === 'all' ? [(response) => this.#printHead(response)] : [] },
    });
    const request = this.#client.buildRequest(method, url, requestOptions);
    this.#know({ request });
    const path = target === null || target === 'suggested' ? null : this.#files.resolve(target.path);
    const download = target === null ? null : new Download(path, this.#io, this.#logStyle);
    const response = await this.#client.send(request, {
      stream: true,
      ...(download === null ? {} : { onDownloadProgress: download.onProgress }),
    });
    this.#know({ response, request: response.request });
    if (raises && !response.isSuccess) {
      const content = await response.read();
      this.#know({ content });
      content.raiseForStatus();
    }
    if (download !== null) this.#know({ download: await download.save(response) });
    else if (output === 'json') this.#know({ content: await response.read() });
    else if (output === 'body' && !this.#style.isForEyes) await printExact(response, this.#io.stdout);
    else await printBody(response, this.#io.stdout, this.#style);
  }

  fail(error: unknown): void {
    // Who has seen enough and left gets no complaint.
    if (this.#io.stdout.isClosed && error instanceof AbortError) return;
    // What follows from the first failure is not news.
    if (this.#outcome.error === undefined) this.#know({ error });
  }

  async close(): Promise<void> {
    await this.#outcome.response?.cancel();
    await this.#client?.close();
  }

  /** Prints what is left to print, and gives the exit code. */
  async report(): Promise<number> {
    const { error, response } = this.#outcome;
    if (this.#line.output === 'json') {
      const report = jsonReport(this.#outcome, this.#redaction);
      await this.#io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    } else if (error !== undefined && !(error instanceof AbortError)) {
      await this.#io.stderr.write(`${this.#logStyle.clean(describeError(error))}\n`);
    }
    if (error !== undefined) return exitCodeOf(error);
    return response?.isSuccess === true ? EXIT.ok : EXIT.failure;
  }

  #know(facts: Partial<Outcome>): void {
    this.#outcome = { ...this.#outcome, ...facts };
  }

  #printHead(response: StreamResponse): Promise<void> {
    return this.#io.stdout.write(formatHead(response, this.#style));
  }

  #trace(): Trace {
    const { stdout, stderr } = this.#io;
    const options = {
      style: this.#logStyle,
      // What one screen shows already is not shown twice.
      showsResponses: !(this.#line.output === 'all' && stdout.isTTY && stderr.isTTY),
    };
    return (event) => {
      const lines = wireLogLines(event, options);
      if (lines.length > 0) void stderr.write(`${lines.join('\n')}\n`);
    };
  }
}
