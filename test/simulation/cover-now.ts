import type { CordonConfig } from '@cordon/incident';
import {
  COVERAGE_FUNCTION_NAME,
  COVERAGE_TABLE_NAME,
  coverageRow,
  coverOutput,
  type CoverageRow,
  type CoverOutput,
} from '@cordon/incident/coverage';
import { dynamodbState, type Organization } from '@cordon/local-aws';

/** One run of the function of coverage, as its clock starts it; rejects with what it failed by. */
export const coverNow = async (
  organization: Organization,
  { accounts, homeRegion }: CordonConfig,
): Promise<CoverOutput> => {
  const { host, timeline } = organization;
  const got: { answer?: { readonly payload: string; readonly error?: string } } = {};
  const arn = `arn:aws:lambda:${homeRegion}:${accounts.security}:function:${COVERAGE_FUNCTION_NAME}`;
  host.invokeFunction(arn, '{}').then(
    (answer) => {
      got.answer = answer;
    },
    (error: unknown) => timeline.fail(error),
  );
  await organization.run(() => got.answer !== undefined);
  if (got.answer === undefined || got.answer.error !== undefined)
    throw new Error(got.answer?.payload ?? 'the function of coverage did not answer');
  return coverOutput.parse(JSON.parse(got.answer.payload));
};

/** What the table says. */
export const coverageRowsIn = (
  { world }: Organization,
  { accounts, homeRegion }: CordonConfig,
): readonly CoverageRow[] => {
  const table = world.of(dynamodbState, accounts.security, homeRegion).tables.get(COVERAGE_TABLE_NAME);
  return [...(table?.items.values() ?? [])]
    .map((item) => item.get('body'))
    .flatMap((body) => (body?.type === 'S' ? [coverageRow.parse(JSON.parse(body.value))] : []));
};
