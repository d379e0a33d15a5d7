import type {
  CreateFirewallDomainListCommandInput,
  CreateFirewallDomainListCommandOutput,
  DeleteFirewallDomainListCommandInput,
  DeleteFirewallDomainListCommandOutput,
  FirewallDomainList,
  GetFirewallDomainListCommandInput,
  GetFirewallDomainListCommandOutput,
  ListFirewallDomainListsCommandInput,
  ListFirewallDomainListsCommandOutput,
  ListFirewallDomainsCommandInput,
  ListFirewallDomainsCommandOutput,
  UpdateFirewallDomainsCommandInput,
  UpdateFirewallDomainsCommandOutput,
} from '@aws-sdk/client-route53resolver';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { DNS_FIREWALL_DURATIONS } from './durations.ts';
import { pageOf } from './pages.ts';
import { QUOTAS, tooMany } from './quotas.ts';
import { conflict, found, invalid, makeOnce, momentOf, onAll, onNew, onThing, stateOf } from './resources.ts';
import type { DomainList } from './state.ts';

const KIND = 'firewall-domain-list';

/** A list as operations show it. */
const shown = (list: DomainList): FirewallDomainList => ({
  Id: list.id,
  Arn: list.arn,
  Name: list.name,
  DomainCount: (list.pending ?? list.specifications).length,
  Status: list.status,
  CreatorRequestId: list.creatorRequestId,
  CreationTime: list.createdAt,
  ModificationTime: list.modifiedAt,
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateFirewallDomainList.html : a repeat of a request makes nothing twice. */
const createFirewallDomainList = operation<
  CreateFirewallDomainListCommandInput,
  Omit<CreateFirewallDomainListCommandOutput, '$metadata'>
>({
  checks: (input, call) => onNew(call, 'CreateFirewallDomainList', { kind: KIND, tags: input.Tags }),
  run: (input, call) => {
    acceptMembers(input, 'CreateFirewallDomainList', ['CreatorRequestId', 'Name', 'Tags']);
    const { domainLists } = stateOf(call);
    const making = makeOnce(domainLists, input, { kind: KIND, call });
    if (making.before !== undefined) return { FirewallDomainList: shown(making.before) };
    if (domainLists.size >= QUOTAS.domainLists) throw tooMany('domain lists', QUOTAS.domainLists);
    const list: DomainList = { ...making.make(), status: 'COMPLETE', specifications: [] };
    domainLists.set(list.id, list);
    return { FirewallDomainList: shown(list) };
  },
});

/**
 * "It can optionally start with *"; beside that "A-Z, a-z, 0-9, - (hyphen)" and the period between labels; "1-255 characters".
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-user-managed-domain-lists.html
 */
const checkedSpecification = (text: string): string => {
  const bare = text.startsWith('*') ? text.slice(1) : text;
  if (text.length >= 1 && text.length <= 255 && /^[A-Za-z0-9.-]*$/.test(bare))
    return text.toLowerCase().replace(/\.$/, '');
  throw invalid(`The domain "${text}" is not valid.`);
};

const changed = (
  before: readonly string[],
  operationName: string,
  domains: readonly string[],
): readonly string[] => {
  switch (operationName) {
    case 'ADD':
      return [...new Set([...before, ...domains])];
    case 'REMOVE':
      return before.filter((one) => !domains.includes(one));
    case 'REPLACE':
      return [...new Set(domains)];
    default:
      throw invalid('Supported values are ADD, REMOVE, or REPLACE a domain.');
  }
};

/** Lets the update take its time; a later one takes its place. */
const settleLater = (call: Call, list: DomainList, after: readonly string[]): void => {
  list.pending = after;
  list.status = 'UPDATING';
  list.modifiedAt = momentOf(call);
  call.timeline.at(call.now + DNS_FIREWALL_DURATIONS.updateDomains, () => {
    if (list.pending !== after) return;
    list.specifications = after;
    delete list.pending;
    list.status = 'COMPLETE';
  });
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_UpdateFirewallDomains.html */
const updateFirewallDomains = operation<
  UpdateFirewallDomainsCommandInput,
  Omit<UpdateFirewallDomainsCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'UpdateFirewallDomains', [KIND, input.FirewallDomainListId])],
  run: (input, call) => {
    acceptMembers(input, 'UpdateFirewallDomains', ['FirewallDomainListId', 'Operation', 'Domains']);
    const { domainLists } = stateOf(call);
    const list = found(domainLists, KIND, input.FirewallDomainListId);
    const domains = (input.Domains ?? []).map(checkedSpecification);
    if (domains.length > QUOTAS.domainsPerRequest)
      throw tooMany('domains in a request', QUOTAS.domainsPerRequest);
    const after = changed(list.pending ?? list.specifications, input.Operation ?? '', domains);
    const others = [...domainLists.values()].filter((one) => one !== list);
    const total = others.reduce((sum, one) => sum + (one.pending ?? one.specifications).length, after.length);
    if (total > QUOTAS.domainsPerAccount) throw tooMany('domains per account', QUOTAS.domainsPerAccount);
    settleLater(call, list, after);
    return { Id: list.id, Name: list.name, Status: list.status };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteFirewallDomainList.html : one that a rule uses stays (assumed). */
const deleteFirewallDomainList = operation<
  DeleteFirewallDomainListCommandInput,
  Omit<DeleteFirewallDomainListCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'DeleteFirewallDomainList', [KIND, input.FirewallDomainListId])],
  run: (input, call) => {
    acceptMembers(input, 'DeleteFirewallDomainList', ['FirewallDomainListId']);
    const { domainLists, ruleGroups } = stateOf(call);
    const list = found(domainLists, KIND, input.FirewallDomainListId);
    const user = [...ruleGroups.values()].find(({ rules }) => rules.has(list.id));
    if (user !== undefined) throw conflict(`The domain list ${list.id} is in use by a rule of ${user.id}.`);
    domainLists.delete(list.id);
    return { FirewallDomainList: { ...shown(list), Status: 'DELETING' } };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_GetFirewallDomainList.html */
const getFirewallDomainList = operation<
  GetFirewallDomainListCommandInput,
  Omit<GetFirewallDomainListCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'GetFirewallDomainList', [KIND, input.FirewallDomainListId])],
  run: (input, call) => {
    acceptMembers(input, 'GetFirewallDomainList', ['FirewallDomainListId']);
    const { domainLists } = stateOf(call);
    return { FirewallDomainList: shown(found(domainLists, KIND, input.FirewallDomainListId)) };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallDomainLists.html : AWS's managed lists are not there. */
const listFirewallDomainLists = operation<
  ListFirewallDomainListsCommandInput,
  Omit<ListFirewallDomainListsCommandOutput, '$metadata'>
>({
  checks: () => [onAll('ListFirewallDomainLists')],
  run: (input, call) => {
    acceptMembers(input, 'ListFirewallDomainLists', ['MaxResults', 'NextToken']);
    const { items, ...next } = pageOf([...stateOf(call).domainLists.values()], input, 100);
    return {
      ...next,
      FirewallDomainLists: items.map(({ id, arn, name, creatorRequestId }) => ({
        Id: id,
        Arn: arn,
        Name: name,
        CreatorRequestId: creatorRequestId,
      })),
    };
  },
});

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListFirewallDomains.html : 5000 at most in one answer. */
const listFirewallDomains = operation<
  ListFirewallDomainsCommandInput,
  Omit<ListFirewallDomainsCommandOutput, '$metadata'>
>({
  checks: (input, call) => [onThing(call, 'ListFirewallDomains', [KIND, input.FirewallDomainListId])],
  run: (input, call) => {
    acceptMembers(input, 'ListFirewallDomains', ['FirewallDomainListId', 'MaxResults', 'NextToken']);
    const list = found(stateOf(call).domainLists, KIND, input.FirewallDomainListId);
    const { items, ...next } = pageOf(list.pending ?? list.specifications, input, 5_000);
    return { ...next, Domains: [...items] };
  },
});

/** Operations on domain lists. */
export const domainListOperations: Readonly<Record<string, Operation>> = {
  CreateFirewallDomainList: createFirewallDomainList,
  DeleteFirewallDomainList: deleteFirewallDomainList,
  GetFirewallDomainList: getFirewallDomainList,
  ListFirewallDomainLists: listFirewallDomainLists,
  ListFirewallDomains: listFirewallDomains,
  UpdateFirewallDomains: updateFirewallDomains,
};
