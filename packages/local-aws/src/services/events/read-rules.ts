import type {
  ListRuleNamesByTargetCommandInput,
  ListRuleNamesByTargetCommandOutput,
  ListRulesCommandInput,
  ListRulesCommandOutput,
} from '@aws-sdk/client-eventbridge';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage, type Page } from '../page.ts';
import { eventsState, type EventBus } from './state.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html (Limit) */
const PAGE_LIMIT = 100;

interface Asked {
  readonly EventBusName?: string | undefined;
  readonly NextToken?: string | undefined;
  readonly Limit?: number | undefined;
}

const invalid = (message: string): ServiceFault => new ServiceFault('ValidationException', message);

/** The default bus is there without anybody making it; here it is made when something first stands on it. */
const rulesOf = (call: Call, asked: Asked): readonly EventBus['rules'][] => {
  const name = asked.EventBusName ?? 'default';
  const bus = call.world.of(eventsState, call.caller.account, call.region).buses.get(name);
  if (bus !== undefined) return [bus.rules];
  if (name === 'default') return [];
  throw new ServiceFault('ResourceNotFoundException', `Event bus ${name} does not exist.`);
};

const pageOf = <Item>(
  items: readonly Item[],
  { NextToken: token, Limit: size = PAGE_LIMIT }: Asked,
): Page<Item> => {
  if (size < 1 || size > PAGE_LIMIT) throw invalid(`Limit is ${size}: want 1 to ${PAGE_LIMIT}`);
  return takePage(items, { token, size }, () => invalid('NextToken is not valid'));
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
const listCheck = (action: string): readonly Check[] => [{ action: `events:${action}`, resource: '*' }];

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
const listRules = operation<ListRulesCommandInput, Omit<ListRulesCommandOutput, '$metadata'>>({
  checks: () => listCheck('ListRules'),
  run: (input, call) => {
    acceptMembers(input, 'ListRules', ['EventBusName', 'Limit', 'NextToken']);
    const rules = rulesOf(call, input).flatMap((found) => [...found.values()]);
    const page = pageOf(rules, input);
    return {
      Rules: page.items.map(({ name, arn, enabled, patternText, description }) => ({
        Name: name,
        Arn: arn,
        State: enabled ? ('ENABLED' as const) : ('DISABLED' as const),
        EventBusName: input.EventBusName ?? 'default',
        ...(patternText === undefined ? {} : { EventPattern: patternText }),
        ...(description === undefined ? {} : { Description: description }),
      })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
const listRuleNamesByTarget = operation<
  ListRuleNamesByTargetCommandInput,
  Omit<ListRuleNamesByTargetCommandOutput, '$metadata'>
>({
  checks: () => listCheck('ListRuleNamesByTarget'),
  run: (input, call) => {
    acceptMembers(input, 'ListRuleNamesByTarget', ['TargetArn', 'EventBusName', 'Limit', 'NextToken']);
    if (input.TargetArn === undefined || input.TargetArn === '') throw invalid('TargetArn is missing');
    const rules = rulesOf(call, input).flatMap((found) => [...found.values()]);
    const page = pageOf(
      rules.filter(({ targets }) => targets.some(({ arn }) => arn === input.TargetArn)),
      input,
    );
    return {
      RuleNames: page.items.map(({ name }) => name),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** What rules there are, and which send where. */
export const ruleOperations: Readonly<Record<string, Operation>> = {
  ListRules: listRules,
  ListRuleNamesByTarget: listRuleNamesByTarget,
};
