import {
  CreateSampleFindingsCommand,
  DescribeOrganizationConfigurationCommand,
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
} from '@aws-sdk/client-guardduty';
import {
  decideHeartbeat,
  HEARTBEAT_TYPE,
  type HeartbeatOutput,
  type HeartbeatRow,
  type RegionStanding,
} from '@cordon/incident/heartbeat';
import { classify, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { ownIn, type Services } from '../services.ts';
import {
  beginHeartbeat,
  forgetProblem,
  heartbeatRows,
  heartbeatSent,
  keepProblem,
} from '../store/heartbeat-rows.ts';
import { tell } from '../store/notify.ts';

/** GuardDuty's one client error. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DescribeOrganizationConfiguration.html */
const BAD_REQUEST = 'BadRequestException';

/**
 * Looks at every protected Region: whether GuardDuty runs there for us as the organization's administrator, and whether the sample finding that it
 * was last asked for came the whole road to intake, in time. Asks for the next one. A missing finding is an incident too: what is silent is told.
 * Takes no wish from its caller, and may run twice at once. Throws at the end when a Region could not be looked at; all others were.
 */
export const heartbeat = async (_input: object, services: Services): Promise<HeartbeatOutput> => {
  const { heartbeat: wanted, regions } = services.config;
  if (wanted === undefined) return { regions: [] };
  const rows = await heartbeatRows(services);
  const unread: string[] = [];
  const seen = await Promise.all(
    regions.map(async (region) => {
      try {
        return [await listenTo({ region, row: rows.get(region) ?? {} }, wanted.everyHours, services)];
      } catch (error) {
        unread.push(`${region}: ${faultLine(error)}`);
        return [];
      }
    }),
  );
  if (unread.length > 0)
    throw new Error(
      `${unread.length} Region(s) could not be looked at, so that nobody knows whether their findings reach us: ${unread.join('; ').slice(0, 2_000)}; it is tried again; see runbook heartbeat-failed`,
    );
  return { regions: seen.flat() };
};

const listenTo = async (
  { region, row }: { readonly region: string; readonly row: HeartbeatRow },
  everyHours: number,
  services: Services,
): Promise<HeartbeatOutput['regions'][number]> => {
  const guardduty = clientFor(GuardDutyClient, ownIn(services, region));
  const { detectorId, standing } = await standingOf(guardduty);
  const { ask, problem, tell: told } = decideHeartbeat({ region, row, standing }, everyHours, services.now());
  if (told !== undefined) {
    await tell(services, { kind: told.kind, schemaVersion: 1, region, reasons: [...told.reasons] });
    // Kept after it was told: a run that dies between the two has it told twice, not never.
    await (told.kind === 'region-heard'
      ? forgetProblem(services, region)
      : keepProblem(services, region, told.kind));
  }
  const mayAsk = ask === 'again' || (ask === 'new' && (await beginHeartbeat(services, region, row)));
  if (mayAsk && detectorId !== undefined) {
    await guardduty.send(
      new CreateSampleFindingsCommand({ DetectorId: detectorId, FindingTypes: [HEARTBEAT_TYPE] }),
    );
    await heartbeatSent(services, region);
  }
  return { region, asked: mayAsk ? ask : 'no', ...(problem === undefined ? {} : { problem }) };
};

/** What GuardDuty says of a Region. Its detector is read anew each time: that it is gone is what is looked for. */
const standingOf = async (
  guardduty: GuardDutyClient,
): Promise<{ readonly detectorId?: string; readonly standing: RegionStanding }> => {
  const { DetectorIds: [detectorId] = [] } = await guardduty.send(new ListDetectorsCommand({}));
  if (detectorId === undefined) return { standing: { kind: 'no-detector' } };
  const { Status, FindingPublishingFrequency } = await guardduty.send(
    new GetDetectorCommand({ DetectorId: detectorId }),
  );
  if (Status !== 'ENABLED') return { detectorId, standing: { kind: 'suspended' } };
  try {
    await guardduty.send(new DescribeOrganizationConfigurationCommand({ DetectorId: detectorId }));
  } catch (error) {
    // Its own detector is no bad value, so what GuardDuty finds bad is the asker: only the delegated administrator may ask.
    const { code, message } = classify(error);
    if (code !== BAD_REQUEST) throw error;
    return { detectorId, standing: { kind: 'undelegated', because: message } };
  }
  return { detectorId, standing: { kind: 'watching', publishes: FindingPublishingFrequency } };
};
