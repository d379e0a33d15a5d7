import {
  AssociateFirewallRuleGroupCommand,
  CreateFirewallDomainListCommand,
  CreateFirewallRuleCommand,
  CreateFirewallRuleGroupCommand,
  Route53ResolverClient,
  UpdateFirewallDomainsCommand,
  type FirewallRuleGroupAssociation,
} from '@aws-sdk/client-route53resolver';
import {
  dnsBlockName,
  specificationsOf,
  stepsToDo,
  TAGS,
  type IncidentRef,
  type PlanStepsInput,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { DNS_CONTAIN_READS } from '../needs/dns-firewall.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { attempt, NotDone } from './attempt.ts';
import {
  associationsOf,
  blocksAlone,
  domainListNamed,
  domainsOf,
  ruleGroupNamed,
  rulesOf,
} from './dns-things.ts';

type BlockDns = StepOf<'block-dns'>;

/** The lowest that Route 53 takes: "between 100 and 9900", without these. What comes first decides. */
const FIRST_PRIORITY = 101;
const LAST_PRIORITY = 9_899;
/** Codes for what is there already; AWS does not say which it answers when. */
const SAYS_NO: ReadonlySet<string> = new Set([
  'ConflictException',
  'ResourceExistsException',
  'ValidationException',
]);
/** Somebody else may take the priority between the look and the call; so often is another one tried. */
const TRIES = 3;

/**
 * Blocks the plan's zones in the DNS Firewall of each VPC, each account's in one session of its contain duty. Safe to run twice: all
 * that it makes bears a name that follows from incident and VPC, and is looked for first; domains are added and never taken away. Route 53
 * takes five requests a second, so that an account's VPCs come one after the other. It does not wait until the block holds:
 * verification does.
 */
export const blockDns = async (
  input: PlanStepsInput,
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const byAccount = Map.groupBy(stepsToDo(input, 'block-dns'), ({ account }) => account);
  const done = await Promise.all(
    [...byAccount].map(([account, mine]) => inAccount({ ...input.incident, account }, mine, services)),
  );
  return done.flat();
};

const inAccount = async (
  incident: IncidentRef,
  steps: readonly BlockDns[],
  services: Services,
): Promise<readonly StepOutcome[]> => {
  const arn = (kind: string): string =>
    `arn:${services.partition}:route53resolver:${incident.region}:${incident.account}:${kind}/*`;
  // A duty that cannot be assumed in another account fails these steps, and no other.
  const session = services
    .reach({
      ...ofIncident(services, incident),
      duty: 'contain',
      policy: sessionPolicy({
        reads: DNS_CONTAIN_READS,
        on: [
          {
            // Which of them are the incident's own the role's conditions say: ids are not known before.
            actions: [
              'route53resolver:AssociateFirewallRuleGroup',
              'route53resolver:CreateFirewall*',
              'route53resolver:TagResource',
              'route53resolver:UpdateFirewallDomains',
            ],
            resources: [
              arn('firewall-domain-list'),
              arn('firewall-rule-group'),
              arn('firewall-rule-group-association'),
            ],
          },
        ],
      }),
    })
    .then((connection) => clientFor(Route53ResolverClient, connection));
  // It is awaited in each attempt; until then a refusal must not count as unhandled.
  session.catch(() => {});
  const outcomes: StepOutcome[] = [];
  for (const step of steps)
    outcomes.push(
      await attempt(step.id, services, async () => blockIn(await session, step, incident.incidentId)),
    );
  return outcomes;
};

/** What is made under one name, for one incident in one VPC. */
interface Made {
  readonly resolver: Route53ResolverClient;
  readonly vpcId: string;
  readonly name: string;
  readonly Tags: { Key: string; Value: string }[];
}

const blockIn = async (
  resolver: Route53ResolverClient,
  { vpcId, zones }: BlockDns,
  incidentId: string,
): Promise<string> => {
  const name = dnsBlockName(incidentId, vpcId);
  const made: Made = { resolver, vpcId, name, Tags: [{ Key: TAGS.incident, Value: incidentId }] };
  const [listId, groupId, associations] = await Promise.all([
    domainListNamed(resolver, name),
    ruleGroupNamed(resolver, name),
    associationsOf(resolver, vpcId),
  ]);
  const list = await filledList(made, listId, specificationsOf(zones));
  const group = await groupWithRule(made, groupId, list);
  const { priority, first } = await associated(made, group, associations);
  return (
    `${vpcId} is to resolve nothing of ${zones.length} zone(s), by rule group ${group} with priority ${priority}` +
    (first === 0 ? '' : `; ${first} rule group(s) of the VPC's own come first and decide first`)
  );
};

/** What AWS made without saying which: a redrive finds it by its name. */
const nameless = (what: string): NotDone =>
  new NotDone(`Route 53 made ${what} without saying which; redrive the execution`);

const filledList = async (
  { resolver, name, Tags }: Made,
  held: string | undefined,
  wanted: readonly string[],
): Promise<string> => {
  const id =
    held ??
    (await resolver.send(new CreateFirewallDomainListCommand({ CreatorRequestId: name, Name: name, Tags })))
      .FirewallDomainList?.Id;
  if (id === undefined) throw nameless('a domain list');
  const holds = new Set(held === undefined ? [] : await domainsOf(resolver, held));
  const missing = wanted.filter((one) => !holds.has(one));
  if (missing.length > 0)
    await resolver.send(
      new UpdateFirewallDomainsCommand({
        FirewallDomainListId: id,
        Operation: 'ADD',
        Domains: [...missing],
      }),
    );
  return id;
};

/** Makes the one rule, unless it is there: the reply to an earlier try may have been lost. */
const blockingRule = async (
  { resolver, name }: Made,
  FirewallRuleGroupId: string,
  FirewallDomainListId: string,
): Promise<void> => {
  try {
    await resolver.send(
      new CreateFirewallRuleCommand({
        CreatorRequestId: name,
        FirewallRuleGroupId,
        FirewallDomainListId,
        Priority: 1,
        Action: 'BLOCK',
        // Not "no such name": a client that hears that may ask for another one at once.
        BlockResponse: 'NODATA',
        Name: name,
      }),
    );
  } catch (error) {
    if (!SAYS_NO.has(faultCode(error)) || !blocksAlone(await rulesOf(resolver, FirewallRuleGroupId)))
      throw error;
  }
};

const groupWithRule = async (
  made: Made,
  held: string | undefined,
  FirewallDomainListId: string,
): Promise<string> => {
  const { resolver, name, Tags } = made;
  const id =
    held ??
    (await resolver.send(new CreateFirewallRuleGroupCommand({ CreatorRequestId: name, Name: name, Tags })))
      .FirewallRuleGroup?.Id;
  if (id === undefined) throw nameless('a rule group');
  const rules = held === undefined ? [] : await rulesOf(resolver, held);
  if (rules.length === 0) await blockingRule(made, id, FirewallDomainListId);
  else if (!blocksAlone(rules))
    throw new NotDone(
      `the rule group ${id} of this incident was changed by somebody: it has ${rules.length} rule(s), of which one should block; mend it by hand (runbook isolate-network-failed)`,
    );
  return id;
};

/** Puts the group to work in the VPC, before every other group where there is room. Gives its priority, and how many come first. */
const associated = async (
  { resolver, vpcId, name, Tags }: Made,
  group: string,
  seen: readonly FirewallRuleGroupAssociation[],
): Promise<{ readonly priority: number; readonly first: number }> => {
  let now = seen;
  const placed = (priority = 0) => ({
    priority,
    first: now.filter((one) => (one.Priority ?? 0) < priority).length,
  });
  for (let left = TRIES; ; left -= 1) {
    const ours = now.find(
      ({ FirewallRuleGroupId, Status }) => FirewallRuleGroupId === group && Status !== 'DELETING',
    );
    if (ours !== undefined) return placed(ours.Priority);
    const taken = new Set(now.map(({ Priority }) => Priority));
    let priority = FIRST_PRIORITY;
    while (taken.has(priority) && priority < LAST_PRIORITY) priority += 1;
    try {
      await resolver.send(
        new AssociateFirewallRuleGroupCommand({
          CreatorRequestId: `${name}-${priority}`,
          FirewallRuleGroupId: group,
          VpcId: vpcId,
          Priority: priority,
          Name: name,
          Tags,
        }),
      );
      return placed(priority);
    } catch (error) {
      if (!SAYS_NO.has(faultCode(error)) || left <= 1) throw error;
      now = await associationsOf(resolver, vpcId);
    }
  }
};
