// The suite
export { createCaseRunner, runConformance } from '../conformance/runner.ts';
export type { CaseRunner, ConformanceOptions } from '../conformance/runner.ts';
export { allCases } from '../conformance/all-cases.ts';
export { CLIENT_CAPABILITIES } from '../conformance/case.ts';
export type {
  Assertions,
  BackendCapability,
  Capability,
  CaseContext,
  ConformanceCase,
  MachineCapability,
  SplitName,
  Tern,
} from '../conformance/case.ts';
export type { CommandResult, CommandSetting } from './cli/memory-io.ts';

// What came out
export { formatMatrix } from '../conformance/report.ts';
export type { CaseResult, ConformanceReport } from '../conformance/report.ts';
