function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** Runs with other environment variables; undefined takes one away. */
export async function withEnvironment(
  changes: Readonly<Record<string, string | undefined>>,
  work: () => Promise<void>,
): Promise<void> {
  const before = Object.keys(changes).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(changes)) setVariable(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
}
