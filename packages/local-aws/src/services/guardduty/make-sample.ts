import type { Call } from '../../core/operation.ts';
import { plantFinding } from './build.ts';
import { badRequest } from './detector-target.ts';
import { occurrenceToldAfterMs, tellFinding, TOLD_AFTER_MS } from './occurrences.ts';
import type { Detector } from './state.ts';

/** What a sample says, in the casing of an event: placeholders. https://docs.aws.amazon.com/guardduty/latest/ug/sample_findings.html */
const sampleOf = (
  { detectorId }: Detector,
  {
    id,
    type,
    count,
    first,
  }: { readonly id: string; readonly type: string; readonly count: number; readonly first: string },
  { world, caller, region, now }: Call,
) => ({
  schemaVersion: '2.0',
  accountId: caller.account,
  region,
  partition: world.facts.partition,
  id,
  arn: `arn:${world.facts.partition}:guardduty:${region}:${caller.account}:detector/${detectorId}/finding/${id}`,
  type,
  severity: 8,
  createdAt: first,
  updatedAt: new Date(now).toISOString(),
  title: `[SAMPLE] ${type}`,
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-99999999', tags: [] } },
  service: {
    serviceName: 'guardduty',
    detectorId,
    archived: false,
    count,
    eventFirstSeen: first,
    eventLastSeen: new Date(now).toISOString(),
    additionalInfo: { value: '{"sample":true}', type: 'default', sample: true },
  },
});

/**
 * Makes up a finding of a type, of the account's own, and tells it on the default bus of the Region. A second one of the same type is taken for an
 * occurrence of the first, and told as those are: AWS does not say so of samples, and it is the stricter reading. Those of instances alone are here.
 *
 * @throws ServiceFault BadRequestException for another type, or where the detector is suspended (assumed)
 */
export const makeSample = async (detector: Detector, type: string, call: Call): Promise<void> => {
  const { caller, region, world, timeline, host, now, ids } = call;
  if (!/^[A-Za-z]+:EC2\/[\w.&!]+$/.test(type))
    throw badRequest(
      `The request is rejected because an invalid or out-of-range value is specified as an input parameter: the local organization makes samples of EC2 types alone, not of ${type}.`,
    );
  if (detector.status !== 'ENABLED')
    throw badRequest('The request is rejected because the detector is suspended.');
  const before = [...detector.findings.values()].find(
    (finding) => finding.Type === type && finding.Title === `[SAMPLE] ${type}`,
  );
  const finding = sampleOf(
    detector,
    {
      id: before?.Id ?? ids.hex('sample', 32),
      type,
      count: (before?.Service?.Count ?? 0) + 1,
      first: before?.CreatedAt ?? new Date(now).toISOString(),
    },
    call,
  );
  await plantFinding(world, { administrator: caller.account, region, finding, generatedAt: now });
  const wait = before === undefined ? TOLD_AFTER_MS : occurrenceToldAfterMs(detector);
  timeline.at(now + wait, () => {
    tellFinding({ world, host, account: caller.account, region }, finding);
  });
};
