import { Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import { dnsBlockName, type DnsBlockNow, type IncidentRef, type Lift, type LiftOf } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { DNS_RELEASE_READS } from '../needs/dns-firewall.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import {
  associationsOf,
  blocksAlone,
  domainListNamed,
  domainsOf,
  ruleGroupNamed,
  rulesOf,
} from '../steps/dns-things.ts';

const readBlock = async (
  resolver: Route53ResolverClient,
  vpcId: string,
  incidentId: string,
): Promise<DnsBlockNow> => {
  const name = dnsBlockName(incidentId, vpcId);
  const [domainListId, ruleGroupId, associations] = await Promise.all([
    domainListNamed(resolver, name),
    ruleGroupNamed(resolver, name),
    associationsOf(resolver, vpcId),
  ]);
  const ours = associations.find(({ Name }) => Name === name);
  const [specifications, rules] = await Promise.all([
    domainListId === undefined ? [] : domainsOf(resolver, domainListId),
    ruleGroupId === undefined ? [] : rulesOf(resolver, ruleGroupId),
  ]);
  return {
    vpcId,
    ...(ours?.Id === undefined ? {} : { association: { id: ours.Id, status: ours.Status ?? '' } }),
    ...(ruleGroupId === undefined ? {} : { ruleGroupId }),
    blocks: blocksAlone(rules),
    ...(domainListId === undefined ? {} : { domainListId }),
    specifications,
  };
};

const readIn = async (
  incident: IncidentRef,
  vpcIds: readonly string[],
  services: Services,
): Promise<readonly DnsBlockNow[]> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'release',
    policy: sessionPolicy({ reads: DNS_RELEASE_READS }),
  });
  const resolver = clientFor(Route53ResolverClient, connection);
  return Promise.all(vpcIds.map((vpcId) => readBlock(resolver, vpcId, incident.incidentId)));
};

/** Reads what there is of the incident's DNS blocks, each with the release duty of the account that owns the VPC. */
export const readDns = async (
  lifts: readonly Lift[],
  { services, incident }: { readonly services: Services; readonly incident: IncidentRef },
): Promise<readonly DnsBlockNow[]> => {
  const blocks = lifts.filter((lift): lift is LiftOf<'unblock-dns'> => lift.kind === 'unblock-dns');
  const byAccount = Map.groupBy(blocks, ({ account }) => account);
  const read = await Promise.all(
    [...byAccount].map(([account, mine]) =>
      readIn({ ...incident, account }, [...new Set(mine.map(({ vpcId }) => vpcId))], services),
    ),
  );
  return read.flat();
};
