import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeFlowLogsCommand, type Filter } from '@aws-sdk/client-ec2';
import { POOL } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const find = (at: At, ...filters: readonly Filter[]) =>
  at.member.ec2.send(new DescribeFlowLogsCommand({ Filter: [...filters] }));

const logs: readonly Step[] = [
  step('ec2: describes a flow log', (at) =>
    at.member.ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: [at.known.of('flow log')] })),
  ),
  step('ec2: finds the flow logs of a VPC', (at) =>
    find(at, { Name: 'resource-id', Values: [at.known.of('pool vpc')] }),
  ),
  step('ec2: finds no flow log of a VPC that has none', (at) =>
    find(at, { Name: 'resource-id', Values: [at.known.of('vpc')] }),
  ),
  step('ec2: finds flow logs by what they record and where they write', (at) =>
    find(
      at,
      { Name: 'traffic-type', Values: ['ALL'] },
      { Name: 'log-group-name', Values: [POOL.logGroup] },
      { Name: 'log-destination-type', Values: ['cloud-watch-logs'] },
    ),
  ),
  step('ec2: refuses a flow log that is not there', (at) =>
    at.member.ec2.send(new DescribeFlowLogsCommand({ FlowLogIds: ['fl-00000000000000000'] })),
  ),
];

const groups: readonly Step[] = [
  step('logs: finds a log group by the beginning of its name', (at) =>
    at.member.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: POOL.logGroup })),
  ),
  step('logs: finds no log group by a name that none has', (at) =>
    at.member.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'absent' })),
  ),
  step('logs: refuses more log groups at once than there may be', (at) =>
    at.member.logs.send(new DescribeLogGroupsCommand({ limit: 51 })),
  ),
  step('logs: finds no event where nothing was written', (at) =>
    at.member.logs.send(new FilterLogEventsCommand({ logGroupName: POOL.logGroup, startTime: 0 })),
  ),
  step('logs: refuses a log group that is not there', (at) =>
    at.member.logs.send(new FilterLogEventsCommand({ logGroupName: 'absent' })),
  ),
  step('logs: refuses more events at once than there may be', (at) =>
    at.member.logs.send(new FilterLogEventsCommand({ logGroupName: POOL.logGroup, limit: 10_001 })),
  ),
];

/** The flow log of the pool, and the log group that it writes to. */
export const flowLogSteps: readonly Step[] = [...logs, ...groups];
