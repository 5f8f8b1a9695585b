import type { CommandResult, CommandSetting } from '../../src/cli/memory-io.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** Runs a request of the command on the backend under test. */
export function request(
  t: CaseContext,
  argv: readonly string[],
  setting: CommandSetting = {},
): Promise<CommandResult> {
  return t.command(['--backend', t.backend, ...argv], setting);
}

/** A case of the command; its row is at the front of its id. */
export function caseOf(
  id: string,
  title: string,
  run: (t: CaseContext) => Promise<void>,
  more: Partial<ConformanceCase> = {},
): ConformanceCase {
  return {
    id,
    rows: [id.slice(0, 5)],
    title,
    verdict: 'same',
    layer: 'live',
    needs: ['command'],
    run,
    ...more,
  };
}
