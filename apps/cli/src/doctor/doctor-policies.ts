import type { Given, KeyRoute, Progress, ReadPolicy, Recording } from '@cordon/drill';
import { config } from '../../../../cordon.config.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readText } from '../read-text.ts';
import { UsageError } from '../usage-error.ts';
import { filesOf, refusePlace, type DoctorArguments, type NamedFile } from './doctor-arguments.ts';
import { policiesPage, type PoliciesReport } from './policies-page.ts';

/** Loaded when the doctor is asked: the organization and its SDK clients take their time. */
type DrillPackage = typeof import('@cordon/drill');

/** Three disks of three kinds, and a customer key that is closed to other accounts; the other one is open to the custodian. */
const SCENARIOS = { transit: 'richest', direct: 'admitting-key' } as const;

/**
 * Runs the response in the local organization, asks every request of it again under the given policies, and says which are
 * denied. Throws UsageError for policies and places that cannot be used, before anything runs.
 */
export const doctorPolicies = async (given: DoctorArguments, output: Output): Promise<ExitCode> => {
  const drills = await import('@cordon/drill');
  refusePlace(given, config);
  const files = filesOf(given, drills.ACCOUNT_KINDS);
  const read = await Promise.all(files.map((file) => readOne(drills, file)));
  const policies = givenOf(read, given);
  const { recording, route } = await recordingFor(drills, policies, output);
  const report: PoliciesReport = {
    ...drills.replayWith(recording, policies),
    ...(route === undefined ? {} : { route }),
    warnings: read.flatMap(({ warnings }) => warnings),
    policies: read.map(({ policy }) => policy.name),
  };
  output.out(
    given.json
      ? `${JSON.stringify({ schemaVersion: 1, ...report }, null, 2)}\n`
      : policiesPage(report, drills.printable),
  );
  return report.denials.length === 0 ? EXIT.ok : EXIT.broken;
};

type ReadFile = ReadPolicy & NamedFile;

const readOne = async (drills: DrillPackage, file: NamedFile): Promise<ReadFile> => {
  const { name, text } = await readText(file.path);
  return attempt(drills, () => ({ ...file, ...drills.readPolicyFile({ name, text, kind: file.kind }) }));
};

/** What is wrong with what was given is said as such. */
const attempt = async <Result>(
  { BadInput }: DrillPackage,
  act: () => Result | Promise<Result>,
): Promise<Result> => {
  try {
    return await act();
  } catch (error) {
    throw error instanceof BadInput ? new UsageError(error.code, error.message, error.hint) : error;
  }
};

const givenOf = (read: readonly ReadFile[], { account, region }: DoctorArguments): Given => {
  const of = (kind: NamedFile['kind']) =>
    read
      .filter((one) => one.kind === kind)
      .map(({ policy, only }) => ({ policy, ...(only === undefined ? {} : { only }) }));
  const [key] = of('key policy');
  return {
    scps: of('SCP'),
    rcps: of('RCP'),
    ...(key === undefined ? {} : { keyPolicy: key.policy }),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  };
};

/** The response as the key's policy makes it go: a key that admits the custodian opens another way for the disk. */
const recordingFor = async (
  drills: DrillPackage,
  { keyPolicy, account }: Given,
  output: Output,
): Promise<{ readonly recording: Recording; readonly route?: KeyRoute }> => {
  const record = (scenario: string): Promise<Recording> => {
    output.err(`running the response in the local organization (scenario ${scenario})\n`);
    const progress = ({ afterMs, what }: Progress): void =>
      output.err(`  +${(afterMs / 1000).toFixed(1).padStart(9)} s  ${drills.printable(what)}\n`);
    return attempt(drills, () => drills.recordChecks({ config, scenario, seed: '1', progress }));
  };
  const recording = await record(SCENARIOS.transit);
  if (keyPolicy === undefined || account === undefined) return { recording };
  const route = drills.routeUnder(keyPolicy, recording, account);
  return { recording: route === 'direct' ? await record(SCENARIOS.direct) : recording, route };
};
