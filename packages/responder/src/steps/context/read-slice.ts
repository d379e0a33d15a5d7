import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  attributeOf,
  isCut,
  isGivenUp,
  labelOf,
  thatFit,
  type ContextState,
  type Part,
  type Slice,
} from '@cordon/incident';
import { classify, faultLine } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { instant, ofIncident } from '../../services.ts';
import { keep, sayMissing, type Keeping } from './keep.ts';

type Window = Pick<ContextState, 'from' | 'until'>;

/** One page: what it holds is put into the vault before the next is asked for, so that the workflow carries no text of others. */
const readPage = async (
  keeping: Keeping,
  connection: Connection,
  { slice, from, until }: Window & { readonly slice: Slice },
): Promise<Part> => {
  const label = labelOf(slice);
  const LookupAttributes = [
    { AttributeKey: attributeOf(slice), AttributeValue: keeping.incident.instanceId },
  ];
  let page: { readonly events: readonly string[]; readonly token: string | undefined };
  try {
    const { Events = [], NextToken } = await clientFor(CloudTrailClient, {
      ...connection,
      region: slice.region,
      impatient: true,
    }).send(
      new LookupEventsCommand({
        LookupAttributes,
        StartTime: new Date(from),
        EndTime: new Date(until),
        ...(slice.token === undefined ? {} : { NextToken: slice.token }),
      }),
    );
    page = { events: Events.flatMap(({ CloudTrailEvent }) => CloudTrailEvent ?? []), token: NextToken };
  } catch (error) {
    if (classify(error).retryable && !isGivenUp(slice)) return { slice, status: 'later' };
    await sayMissing(keeping, label, faultLine(error));
    return { label, status: 'absent' };
  }
  const asked = { region: slice.region, lookupAttributes: LookupAttributes, from, until, page: slice.page };
  const { texts, leftOut } = thatFit(page.events);
  await keep(keeping, label, { readAt: instant(keeping.services), asked, events: texts });
  if (leftOut > 0) await sayMissing(keeping, label, `${leftOut} event(s) are too long to be kept`);
  if (isCut(slice, page.token))
    await sayMissing(
      keeping,
      label,
      `the event history goes on: no page after the ${slice.page}th was read, the oldest events are left out`,
    );
  return { slice, status: 'kept', ...(page.token === undefined ? {} : { token: page.token }) };
};

/**
 * The next page of each slice of CloudTrail's event history, as the history gives it: two lookups in each Region, which is what AWS
 * takes in a second. That the calls of an instance's role are found by the session's name, which is the instance's id, is how the event
 * history shows them. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export const readSlices = async (keeping: Keeping, state: ContextState): Promise<readonly Part[]> => {
  const { incident, services } = keeping;
  if (state.slices.length === 0) return [];
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'inspect',
    policy: sessionPolicy({ reads: ['cloudtrail:LookupEvents'] }),
  });
  return Promise.all(state.slices.map((slice) => readPage(keeping, connection, { slice, ...state })));
};
