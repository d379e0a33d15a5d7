import type { ListRuleNamesByTargetCommandOutput, ListRulesCommandOutput } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, REGION } from '../testing.ts';
import { eventsService } from './service.ts';

const TARGET = `arn:aws:sqs:${REGION}:${ACCOUNT}:findings`;
const PATTERN = { source: ['aws.guardduty'] };

const setUp = () => {
  const on = bench(eventsService);
  on.create('AWS::Events::Rule', {
    Name: 'forward',
    EventPattern: PATTERN,
    Targets: [{ Id: 'one', Arn: TARGET }],
  });
  on.create('AWS::Events::Rule', { Name: 'off', EventPattern: PATTERN, State: 'DISABLED' });
  return on;
};

describe('the rules of a bus', () => {
  it('are listed with state and pattern, in pages', async () => {
    const on = setUp();
    const first = await on.perform<ListRulesCommandOutput>('ListRules', { Limit: 1 });
    expect(first.Rules).toMatchObject([
      { Name: 'forward', State: 'ENABLED', EventPattern: JSON.stringify(PATTERN), EventBusName: 'default' },
    ]);
    const second = await on.perform<ListRulesCommandOutput>('ListRules', { NextToken: first.NextToken });
    expect(second.Rules).toMatchObject([{ Name: 'off', State: 'DISABLED' }]);
    expect(second.NextToken).toBeUndefined();
  });

  it('are found by their target', async () => {
    const on = setUp();
    const names = await on.perform<ListRuleNamesByTargetCommandOutput>('ListRuleNamesByTarget', {
      TargetArn: TARGET,
    });
    expect(names.RuleNames).toEqual(['forward']);
    const none = await on.perform<ListRuleNamesByTargetCommandOutput>('ListRuleNamesByTarget', {
      TargetArn: `${TARGET}-2`,
    });
    expect(none.RuleNames).toEqual([]);
  });

  it('are none where nobody made any', async () => {
    expect(await bench(eventsService).perform('ListRules', {})).toEqual({ Rules: [] });
  });

  it.each<[string, object, string]>([
    ['ListRules', { EventBusName: 'other' }, 'Event bus other does not exist.'],
    ['ListRules', { NamePrefix: 'f' }, 'member NamePrefix of ListRules is not implemented'],
    ['ListRules', { Limit: 101 }, 'Limit is 101: want 1 to 100'],
    ['ListRules', { NextToken: 'x' }, 'NextToken is not valid'],
    ['ListRuleNamesByTarget', {}, 'TargetArn is missing'],
  ])('%s refuses %j', async (operation, input, message) => {
    await expect(setUp().perform(operation, input)).rejects.toThrow(message);
  });
});
