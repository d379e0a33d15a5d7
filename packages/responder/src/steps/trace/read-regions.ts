import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { IncidentRef, Trace } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { isMember } from '../../aws/is-member.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident, type Services } from '../../services.ts';

/** For which incident, and with what. */
export interface Tracing {
  readonly incident: IncidentRef;
  readonly services: Services;
}

/**
 * The trace with the enabled Regions of accounts that it has come to: a role can be assumed through any Region's endpoint. Accounts
 * that are not in the organization are noted, and not entered. One that cannot be read is a gap, and the trace goes on.
 */
export const readRegions = async (
  trace: Trace,
  accounts: readonly string[],
  { incident, services }: Tracing,
): Promise<Trace> => {
  const read = await Promise.all(
    accounts.map(async (account) => {
      try {
        if (account !== incident.account && !(await isMember(account, services)))
          return { account, outside: true, regions: [], fault: undefined };
        const connection = await services.reach({
          ...ofIncident(services, incident),
          account,
          duty: 'inspect',
          policy: sessionPolicy({ reads: ['ec2:DescribeRegions'] }),
        });
        const { Regions = [] } = await clientFor(EC2Client, connection).send(new DescribeRegionsCommand({}));
        const regions = Regions.flatMap(({ RegionName }) => RegionName ?? []);
        return { account, outside: false, regions, fault: undefined };
      } catch (error) {
        return { account, outside: false, regions: [], fault: faultCode(error) };
      }
    }),
  );
  return {
    ...trace,
    regions: {
      ...trace.regions,
      ...Object.fromEntries(read.filter((one) => !one.outside).map((one) => [one.account, one.regions])),
    },
    outside: [...trace.outside, ...read.filter((one) => one.outside).map(({ account }) => account)],
    gaps: [
      ...trace.gaps,
      ...read.flatMap(({ account, fault }) =>
        fault === undefined ? [] : [`account ${account} could not be read: ${fault}`],
      ),
    ],
  };
};
